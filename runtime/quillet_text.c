/* The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).
 * SPDX-License-Identifier: MIT */
#include "quillet_text.h"

void quillet_line_begin(quillet_writer* writer, const uint8_t* prompt, uint32_t prompt_length) {
    const quillet_model* model = writer->model;
    model->reset(writer->state);
    writer->token = model->line_token;
    writer->length = prompt_length;
    for (uint32_t i = 0; i < prompt_length; i++) {
        model->step(writer->state, writer->token, writer->logits);
        writer->token = prompt[i];
    }
}

int32_t quillet_line_next(quillet_writer* writer) {
    const quillet_model* model = writer->model;
    if (writer->length >= writer->max_length) return QUILLET_END_OF_LINE;
    model->step(writer->state, writer->token, writer->logits);
    writer->token =
        quillet_sample(writer->logits, model->vocabulary, &writer->sampling, &writer->random);
    if (writer->token == model->line_token) return QUILLET_END_OF_LINE;
    writer->length++;
    return (int32_t)writer->token;
}
