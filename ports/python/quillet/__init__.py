"""Quillet's models in Python: the same seed gives the same text as in C, C++ and JavaScript.

SPDX-License-Identifier: MIT
random, sampler, text and onnx need the standard library alone; model needs numpy.
"""
