"""The text loop: lines of tokens from any model that can take a step (docs/DESIGN.md, contract 4).

SPDX-License-Identifier: MIT
A model has `line_token`, `reset()` and `step(token)`, which returns its logits, a list of Q10 integers.
"""
from numbers import Integral

from .sampler import sample


def _check_prompt(model, prompt):
    most = len(model.alphabet) - 1 if hasattr(model, "alphabet") else None
    for token in prompt:
        if not isinstance(token, Integral) or token < 0 or (most is not None and token > most):
            expected = "from 0 on" if most is None else f"from 0 to {most}"
            raise ValueError(f"prompt: has the token {token!r}; expected whole numbers {expected}")


def line_tokens(model, sampling, random, max_length, prompt=()):
    """Yields the tokens of one line after `prompt`, which counts towards max_length and is fed without a draw. The
    line ends at the line token or at the limit; `random` carries on to the next line. Raises ValueError for a prompt with
    what is no token."""
    _check_prompt(model, prompt)
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
