// Texts that tests compose of words and marks as people type them, the same everywhere.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

// Text `number`: from 1 to 28 words, some in marks, joined by blanks and dashes. Not <random>, whose
// distributions differ between standard libraries.
inline std::string composed_text(uint32_t number) {
    static const char* const kWords[] = {"the",
                                         "river",
                                         "a",
                                         "I",
                                         "and",
                                         "well-known",
                                         "don't",
                                         "'tis",
                                         "o'clock",
                                         "dogs'",
                                         "'90s",
                                         "rock 'n' roll",
                                         "\"Yes,\"",
                                         "'no'",
                                         "\"an 'inner' one\"",
                                         "(so)",
                                         "[sic]",
                                         "5'10\"",
                                         "12\"",
                                         "6' 2\"",
                                         "1890-95",
                                         "e.g.",
                                         "wait...",
                                         "what?",
                                         "Stop!",
                                         "soft\u00ADhyphen\u00ADated",
                                         "Se\u00F1or",
                                         "\u201Ccurled\u201D",
                                         "\u2018single\u2019",
                                         "\u201EJa\u201C",
                                         "\u201AJa\u2018",
                                         "sag'",
                                         "hab'",
                                         "mother-in-law",
                                         "extraordinarily",
                                         "of",
                                         "it",
                                         "to",
                                         "be",
                                         "Bein'",
                                         "goin'",
                                         "sein'",
                                         "-5",
                                         "3/4",
                                         "50%",
                                         "one--two",
                                         "three\u2014four",
                                         "\u00AB oui \u00BB",
                                         "James's",
                                         "th'",
                                         "\"'Tis",
                                         "late.\"",
                                         "A.B.",
                                         "in",
                                         "x",
                                         "seein'",
                                         "T. A. Zed",
                                         "Constantinopolitan"};
    static const char* const kJoints[] = {" ",  " ",        " ",        " ",  " ",   " ",
                                          ", ", "; ",       ": ",       ". ", " - ", " -- ",
                                          "--", " \u2014 ", " \u2013 ", "  ", "... "};
    uint32_t state = number * 2654435761u + 1;
    const auto below = [&](uint32_t bound) {
        state = state * 1664525u + 1013904223u;
        return (state >> 8) % bound;
    };
    std::string text;
    for (uint32_t words = 1 + below(1 + number % 28); words > 0; words--) {
        if (!text.empty()) text += kJoints[below(sizeof kJoints / sizeof *kJoints)];
        text += kWords[below(sizeof kWords / sizeof *kWords)];
    }
    static const char* const kEnds[] = {"", ".", "!", "...", ".\"", "'", "?"};
    text += kEnds[below(sizeof kEnds / sizeof *kEnds)];
    return below(5) ? text : "\"" + text + "\"";
}
