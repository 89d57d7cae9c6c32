"""The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).

SPDX-License-Identifier: MIT
A model has `line_token`, `reset()` and `step(token)`, which returns its logits, a list of Q10 integers.
"""
from .sampler import sample


def line_tokens(model, sampling, random, max_length, prompt=()):
    """Yields the tokens of one line after `prompt`, which counts towards max_length and is fed without a draw. The
    line ends at the line token or at the limit; `random` carries on to the next line."""
    model.reset()
    fed = model.line_token
    for token in prompt:
        model.step(fed)
        fed = token
    for _ in range(len(prompt), max_length):
        fed = sample(model.step(fed), sampling, random)
        if fed == model.line_token:
            return
        yield fed
