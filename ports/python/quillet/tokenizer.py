"""Tokens of a model's metadata: pieces of text, and the merges that make the longer ones (docs/FORMATS.md).

SPDX-License-Identifier: MIT
"""
import json

from .onnx import OnnxError

MOST_TOKENS, LONGEST = 256, 16


def _list_of(text, what):
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or len(found) > MOST_TOKENS:
        raise OnnxError(f"has {what} that are no JSON list")
    return found


def _is_piece(piece):
    whole = isinstance(piece, str) and 1 <= len(piece) <= LONGEST and (piece == "\n" or "\n" not in piece)
    return whole and not any("\ud800" <= character <= "\udfff" for character in piece)


class Tokenizer:
    def __init__(self, metadata):
        """Raises OnnxError for an alphabet that is none."""
        if "quillet.alphabet" not in metadata:
            raise OnnxError("has no metadata quillet.alphabet, the characters in token order; add it to the file, or "
                            "quantize the float model with --alphabet")
        text, merges = metadata["quillet.alphabet"], metadata.get("quillet.merges")
        self.pieces = list(text) if merges is None else _list_of(text, "tokens")
        if not 1 <= len(self.pieces) <= MOST_TOKENS or not all(map(_is_piece, self.pieces)):
            raise OnnxError("has an alphabet of other than 1 to 256 pieces of 1 to 16 characters")
        self._tokens = {piece: token for token, piece in enumerate(self.pieces)}
        if len(self._tokens) != len(self.pieces) or "\n" not in self._tokens:
            raise OnnxError("has an alphabet with a piece twice or without the newline")
        self.line_token = self._tokens["\n"]
        self._take_merges([] if merges is None else _list_of(merges, "merges"))

    def _take_merges(self, merges):
        made = {token for token, piece in enumerate(self.pieces) if len(piece) == 1 and piece != "\n"}
        self._ranks, self._wholes = {}, []
        for rank, pair in enumerate(merges):
            is_pair = isinstance(pair, list) and len(pair) == 2 and all(type(token) is int and token in made for token in pair)
            whole = self._tokens.get(self.pieces[pair[0]] + self.pieces[pair[1]]) if is_pair else None
            if whole is None or whole in made:
                raise OnnxError(f"has a merge {rank} that makes no new piece of earlier ones")
            self._ranks[tuple(pair)] = rank
            self._wholes.append(whole)
            made.add(whole)
        for token, piece in enumerate(self.pieces):
            if token not in made and token != self.line_token:
                raise OnnxError(f"has {piece!r}, which no merge makes")

    def encode(self, text, unknown=None):
        """The tokens of `text`, whose lines merges do not leave; characters that it lacks are left out and go to the list
        `unknown`."""
        tokens = []
        for character in text:
            if character in self._tokens:
                tokens.append(self._tokens[character])
            elif unknown is not None:
                unknown.append(character)
        while True:
            best = min((self._ranks.get(pair, 256) for pair in zip(tokens, tokens[1:])), default=256)
            if best == 256:
                return tokens
            merged, i = [], 0
            while i < len(tokens):
                joins = self._ranks.get(tuple(tokens[i:i + 2])) == best
                merged.append(self._wholes[best] if joins else tokens[i])
                i += 1 + joins
            tokens = merged

    def decode(self, tokens):
        return "".join(self.pieces[token] for token in tokens)
