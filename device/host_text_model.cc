// A model's plan as a voice of the device's program.
// SPDX-License-Identifier: MIT
#include "device/host_text_model.h"

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {

std::vector<uint16_t> codes_of(const Alphabet& alphabet, const std::string& where) {
    std::vector<uint16_t> codes;
    for (char32_t character : alphabet.characters()) {
        if (character > 0xFFFF) {
            throw Error(where, "its alphabet has " + describe_character(character) +
                                   ", which the device has no letters for");
        }
        codes.push_back(static_cast<uint16_t>(character));
    }
    return codes;
}

HostTextModel::HostTextModel(const Plan& plan, const std::string& where)
    : executor_(plan),
      model_(executor_.model()),
      settings_(sampling_settings(plan.metadata, where)),
      sampling_(settings_.integers()),
      known_(word_filter_of(plan.metadata, where)),
      known_view_(known_ ? known_->view() : quillet_word_filter{}),
      voice_{&model_,
             &executor_,
             nullptr,
             &sampling_,
             settings_.max_length,
             nullptr,
             known_ ? &known_view_ : nullptr} {
    codes_of(plan.alphabet, where);
    for (int token = 0; token < plan.alphabet.size(); token++)
        texts_.push_back(plan.alphabet.text(token));
    for (const std::string& text : texts_) pieces_.push_back(text.c_str());
    voice_.pieces = pieces_.data();
}

}  // namespace quillet
