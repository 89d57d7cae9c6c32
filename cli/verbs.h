// The table of verbs: each adds its options to a subcommand and returns what runs it.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "cli/command.h"

namespace quillet {

// Runs a verb after its options are parsed; returns the exit status. Throws Error for what a person must mend.
using Run = std::function<int()>;

struct Verb {
    const char* name;
    const char* description;
    Run (*set_up)(Command& command);  // options into `command`; the Run owns what they are bound to
};

// verb_NAME.cc each.
Run set_up_bot(Command& command);
Run set_up_compile(Command& command);
Run set_up_corpus(Command& command);
Run set_up_device(Command& command);
Run set_up_export(Command& command);
Run set_up_firmware(Command& command);
Run set_up_generate(Command& command);
Run set_up_inspect(Command& command);
Run set_up_manual(Command& command);
Run set_up_page(Command& command);
Run set_up_picture(Command& command);
Run set_up_preview(Command& command);
Run set_up_quantize(Command& command);
Run set_up_score(Command& command);
Run set_up_study(Command& command);
Run set_up_train(Command& command);
Run set_up_verify(Command& command);
Run set_up_version(Command& command);

inline constexpr Verb kVerbs[] = {
    {"bot", "Post an invented line on a photograph a few times a day", set_up_bot},
    {"compile", "A model as C99", set_up_compile},
    {"corpus", "Make a text of one item a line from books, dumps, fortune files, tables",
     set_up_corpus},
    {"device", "Simulate the device for some days and write its pictures", set_up_device},
    {"export", "A package for Arduino, CMake, ESP-IDF, the Pico SDK, PlatformIO or Zephyr",
     set_up_export},
    {"firmware", "The program of a Pico with an e-ink panel, as a UF2 file", set_up_firmware},
    {"generate", "Write lines of text from a model", set_up_generate},
    {"inspect", "Show what is in a model: alphabet, cells, sizes, metadata, operators",
     set_up_inspect},
    {"manual", "Print the manual page, or completion for bash, fish or zsh", set_up_manual},
    {"page", "A web page that runs models, ONNX Runtime beside them", set_up_page},
    {"picture", "Write a text on a photograph, in its calm part", set_up_picture},
    {"preview", "Draw what a panel would show of a quote, as a PNG file", set_up_preview},
    {"quantize", "Make a model integer: exact, small and fast on every chip", set_up_quantize},
    {"score", "Evaluate a model: bits per character over a text", set_up_score},
    {"study", "What sampling does to a model: bias, novelty, diversity, rhetoric, as a page",
     set_up_study},
    {"train", "Train a model on a text: quillet train TEXT -o MODEL.onnx", set_up_train},
    {"verify", "Compare the texts of every runtime; name the first difference", set_up_verify},
    {"version", "Print the version", set_up_version},
};

}  // namespace quillet
