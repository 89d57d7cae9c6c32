#!/usr/bin/env python3
"""Writes tests/vectors/contract.json, what every implementation of the contract must do; --check compares instead.

SPDX-License-Identifier: MIT
The rules of docs/DESIGN.md (contract 1 to 4) once more, as plainly as Python's integers allow: sorts and lists where
the runtimes have none. Nothing here is taken from a runtime or a port. docs/FORMATS.md describes the file.
"""
import decimal
import functools
import json
import pathlib
import random
import sys

PATH = pathlib.Path(__file__).resolve().parent.parent / "tests" / "vectors" / "contract.json"
WORD = 2**32
NO_GAP = WORD - 1
D = decimal.Decimal
decimal.getcontext().prec = 60


def to_integer(x):
    return int(x.to_integral_value(decimal.ROUND_HALF_UP))


EXP = [to_integer(65535 * D(2) ** (D(-i) / 64)) for i in range(1024)]


# --- contract 1: the generator ---

class Generator:
    def __init__(self, seed):
        self.words = []
        for _ in range(4):
            seed = (seed + 0x9E3779B9) % WORD
            z = seed
            z = (z ^ z >> 16) * 0x21F0AAAD % WORD
            z = (z ^ z >> 15) * 0x735A2D97 % WORD
            self.words.append(z ^ z >> 15)

    def next(self):
        def rotate(x, k):
            return (x << k | x >> (32 - k)) % WORD

        a, b, c, d = self.words
        result = rotate(b * 5 % WORD, 7) * 9 % WORD
        c ^= a
        d ^= b
        self.words = [a ^ d, b ^ c, c ^ (self.words[1] << 9) % WORD, rotate(d, 11)]
        return result

    def below(self, bound):
        """Unbiased: `bound` stretches of equal width; values beyond the last one are drawn again."""
        width = (WORD - 1) // bound
        while True:
            value = self.next() // width
            if value < bound:
                return value


# --- contract 3: settings and sampler ---

def sampling_of(temperature, min_p, top_k, top_p):
    """[inverse temperature, min-p gap, top k, top p], from decimal strings."""
    t, m, p = D(temperature), D(min_p), D(top_p)
    inverse = min(max(to_integer(256 / D(2).ln() / t), 1), 65535) if t > 0 else 0
    gap = min(max(to_integer(-m.ln() * 1024), 0), 65535) if m > 0 else NO_GAP
    share = min(max(to_integer(p * 256), 1), 256) if 0 < p < 1 else 0
    return [inverse, gap, top_k, share]


RULE = {"rounding": 2048, "last weight": 1023, "widest gap": 65535, "share's rounding": 255, "min-p": 0, "top-p": 0}
# One step away from each rule: the boundary cases are those that tell these from the rule.
WRONG = [{"rounding": 2047}, {"rounding": 2049}, {"last weight": 1022}, {"last weight": 1024}, {"widest gap": 65534},
         {"widest gap": 65536}, {"share's rounding": 254}, {"share's rounding": 256}, {"min-p": 1}, {"min-p": -1},
         {"top-p": 1}, {"top-p": -1}]


def sample(logits, sampling, generator, rule=RULE):
    inverse, min_p_gap, top_k, share = sampling
    if inverse == 0:
        return logits.index(max(logits))
    weights, maximum = [], max(logits)
    for logit in logits:
        gap = min(maximum - logit, rule["widest gap"])
        t = gap * inverse + rule["rounding"] >> 12
        weights.append(0 if gap > min_p_gap + rule["min-p"] or t > rule["last weight"] else EXP[min(t, 1023)])
    ranking = sorted(range(len(logits)), key=lambda token: (-weights[token], token))
    if top_k > 0:
        for token in ranking[top_k:]:
            weights[token] = 0
    if 0 < share < 256:
        enough, so_far = sum(weights) * share + rule["share's rounding"] >> 8, 0
        for token in ranking:
            if so_far >= enough + rule["top-p"]:
                weights[token] = 0
            so_far += weights[token]
    draw = generator.below(sum(weights))
    for token, weight in enumerate(weights):
        if draw < weight:
            return token
        draw -= weight


# --- contract 4: the text loop ---

def lines_of(model, sampling, generator, count, max_length, prompt):
    """Each line's tokens without the prompt. The model's logits for its step s (from 0 at each line) and the token
    it is fed are model["logits"][s modulo their number][token]."""
    lines = []
    for _ in range(count):
        fed, line = [model["line_token"]] + prompt, []
        while len(prompt) + len(line) < max_length:
            step = len(fed) - 1
            logits = model["logits"][step % len(model["logits"])][fed[-1]]
            token = sample(logits, sampling, generator)
            if token == model["line_token"]:
                break
            fed.append(token)
            line.append(token)
        lines.append(line)
    return lines


# --- the cases ---

def generator_cases():
    cases = []
    for seed in (0, 1, 2, 3, 42, 1234567890, 2**31 - 1, 2**31, 2**32 - 1):
        generator = Generator(seed)
        start = generator.words
        cases.append({"seed": seed, "start": start, "outputs": [generator.next() for _ in range(12)],
                      "end": generator.words})
    assert cases[0]["outputs"][0] == 1789933344
    assert cases[1]["outputs"][:4] == [393288148, 2174103013, 3814759091, 2092745082]
    return cases


def bounded_cases():
    cases = []
    for seed, bound in enumerate((1, 2, 3, 10, 255, 256, 65535, 65536, 1000003, 16776960, 2**31 - 1, 2**31, 2**31 + 1,
                                  3 * 2**30, 3 * 2**30 + 1, 2**32 - 1)):
        generator, used = Generator(seed), Generator(seed)
        outputs = [generator.below(bound) for _ in range(8)]
        drawn = 0
        while used.words != generator.words:
            used.next()
            drawn += 1
        cases.append({"seed": seed, "bound": bound, "outputs": outputs, "drawn": drawn, "end": generator.words})
    assert sum(case["drawn"] > 8 for case in cases) >= 3, "no case draws again"
    return cases


def settings_cases():
    rows = [("0", "0", 0, "0"), ("1", "0", 0, "0"), ("0.7", "0.05", 0, "0"), ("0.3", "0.1", 5, "0.9"),
            ("1.5", "0.02", 40, "0.95"), ("0.5", "1", 1, "1"), ("0.001", "0.000001", 256, "0.001"),
            ("1000", "0.5", 1000, "0.5"), ("100000", "0.000000000000000000000000000001", 3, "0.999"),
            ("0.01", "0.25", 0, "0.25"), ("2", "0.33", 2, "0.75"), ("0.1", "0", 0, "0.998"), ("0.25", "0.9", 7, "0.1")]
    return [{"temperature": float(t), "min_p": float(m), "top_k": k, "top_p": float(p),
             "sampling": sampling_of(t, m, k, p)} for t, m, k, p in rows]


TEMPERATURES = ("0", "0.05", "0.3", "0.5", "0.7", "1", "1.5", "4", "300")
MIN_PS = ("0", "0", "0.02", "0.1", "0.5", "1", "0.000001")
TOP_KS = (0, 0, 1, 2, 5, 20, 300)
TOP_PS = ("0", "0", "0.004", "0.1", "0.5", "0.9", "0.998", "1")
BIG = 2**24
LOGITS = {  # name -> one logit; `r` is a random.Random
    "usual": lambda r: round(r.gauss(0, 2500)),
    "flat": lambda r: 77,
    "ties": lambda r: 1024 * r.randrange(-2, 3),
    "near": lambda r: r.randrange(-40, 41),
    "steep": lambda r: round(r.gauss(0, 60000)),
    "ends": lambda r: r.choice((-BIG, BIG, BIG - 65535, BIG - 65536, BIG - 65534, BIG - 700)),
    "low": lambda r: -BIG + r.randrange(4000),
}


def sampler_cases():
    r, cases = random.Random(20), []
    vocabularies = (1, 2, 3, 5, 8, 13, 27, 40)
    for n in range(448):
        kind = list(LOGITS)[n % len(LOGITS)]
        vocabulary = 256 if n % 37 == 36 else r.choice(vocabularies)
        sampling = sampling_of(r.choice(TEMPERATURES), r.choice(MIN_PS), r.choice(TOP_KS), r.choice(TOP_PS))
        logits = [LOGITS[kind](r) for _ in range(vocabulary)]
        seed = r.getrandbits(32)
        generator = Generator(seed)
        cases.append({"kind": kind, "logits": logits, "sampling": sampling, "seed": seed,
                      "tokens": [sample(logits, sampling, generator) for _ in range(6)], "end": generator.words})
    return cases


def case_of(kind, logits, sampling, seed, draws=6):
    generator = Generator(seed)
    return {"kind": kind, "logits": logits, "sampling": sampling, "seed": seed,
            "tokens": [sample(logits, sampling, generator) for _ in range(draws)], "end": generator.words}


@functools.lru_cache(None)
def gaps_of_sum(total):
    """Gaps, so that with inverse temperature 4096 (t = gap) the weights add up to `total`."""
    gaps = []
    for t, weight in enumerate(EXP):
        while weight and total >= weight and (t > 0 or len(gaps) < 200):
            gaps.append(t)
            total -= weight
    return gaps if total == 0 and len(gaps) <= 255 else None


def exact_cases():
    """First draws that stand exactly on a boundary: where a value is drawn again, and between the first two tokens."""
    cases, of_redraw, of_walk = [], 0, 0
    for seed in (613, 4016, 4197, 199154, 418577, 487098):  # the first that there are
        x = Generator(seed).next()
        for total in range(WORD - x, min(WORD - x + 4000, 200 * 65535)) if of_redraw < 3 and x > WORD - 2**23 else ():
            # x is the first value beyond the last stretch of equal width.
            if x % total == 0 and (WORD - 1) // total * total == x and (gaps := gaps_of_sum(total)) and gaps[0] == 0:
                cases.append(case_of("redraw", [-gap for gap in gaps], [4096, NO_GAP, 0, 0], seed, 3))
                of_redraw += 1
                break
        for t in range(1, 900, 7) if of_walk < 3 else ():
            width, rest = divmod(x, EXP[t])
            if rest or not 2**9 < width < 2**15 or (WORD - 1) // ((WORD - 1) // width) != width:
                continue
            gaps = gaps_of_sum((WORD - 1) // width - EXP[t])
            if gaps and gaps[0] == 0:  # the first token's weight times the width is x: the second is drawn
                cases.append(case_of("walk", [-t] + [-gap for gap in gaps], [4096, NO_GAP, 0, 0], seed, 3))
                assert cases[-1]["tokens"][0] == 1
                of_walk += 1
                break
    assert (of_redraw, of_walk) == (3, 3), "no case on a boundary was found"
    return cases


def candidates(r):
    """(rules, sampling, logits) on the edges of those rules."""
    for t in range(1, 16):  # where a gap's product rounds up to t
        for below in (0, 1):
            yield ("rounding",), [1, NO_GAP, 0, 0], [0] + [below - t * 4096 + 2048 - 1] * 250
            yield ("rounding",), [1, NO_GAP, 0, 0], [0] + [below - t * 4096 + 2048] * 250
    for t in (1023, 1024) * 80:  # the last weight, which is 1
        yield ("last weight",), [4096, NO_GAP, 0, 0], [0] + [-t] * 255
    for least in (1, 700, 65534, 65535):  # where min-p drops, and where gaps are clipped
        for gap in (least - 1, least, least + 1, 70000):
            yield ("min-p", "widest gap"), [1, least, 0, 0], [0, -gap, -gap]
    for tokens in range(1, 12):  # where the tokens so far have just the share, or one too little
        for share, more in ((share, more) for share in range(1, 256) for more in (0, 1)):
            total, rest = divmod(256 * tokens * 65535 + more, share)
            gaps = gaps_of_sum(total - tokens * 65535) if rest == 0 and tokens * 65535 < total < 200 * 65535 else None
            if gaps:
                yield ("share's rounding", "top-p"), [4096, NO_GAP, 0, share], [0] * tokens + [-gap for gap in gaps]


def boundary_cases():
    """Cases whose tokens tell each rule from its neighbors; found by trying."""
    r, cases, wanted = random.Random(21), exact_cases(), {n: 2 for n in range(len(WRONG))}
    for rules, sampling, logits in candidates(r):
        for n in [n for n in wanted if wanted[n] > 0 and next(iter(WRONG[n])) in rules]:
            for _ in range(8):
                seed = r.getrandbits(32)
                ours, theirs = Generator(seed), Generator(seed)
                if any(sample(logits, sampling, ours) != sample(logits, sampling, theirs, {**RULE, **WRONG[n]})
                       for _ in range(6)):
                    cases.append(case_of("boundary", logits, sampling, seed))
                    wanted[n] -= 1
                    break
        if not any(wanted.values()):
            return cases
    raise AssertionError(f"no case tells these from the rules: {[WRONG[n] for n in wanted if wanted[n] > 0]}")


def text_cases():
    r, cases = random.Random(4), []
    for vocabulary, steps, line_token in ((1, 1, 0), (2, 3, 1), (6, 4, 0), (9, 5, 4)):
        table = [[[r.randrange(-3000, 3000) for _ in range(vocabulary)] for _ in range(vocabulary)]
                 for _ in range(steps)]
        model = {"vocabulary": vocabulary, "line_token": line_token, "logits": table}
        runs = []
        for seed, (settings, max_length, prompt_length) in enumerate((
                (("1", "0", 0, "0"), 30, 0), (("0.7", "0.05", 0, "0"), 30, 0), (("0", "0", 0, "0"), 25, 0),
                (("1.5", "0", 3, "0.9"), 8, 2), (("1", "0", 0, "0"), 1, 0), (("1", "0", 0, "0"), 3, 3),
                (("0", "0", 0, "0"), 12, 4), (("1", "0", 2, "0"), 2, 5))):
            others = [token for token in range(vocabulary) if token != line_token] or [line_token]
            prompt = [r.choice(others) for _ in range(prompt_length)]
            generator, sampling = Generator(seed), sampling_of(*settings)
            runs.append({"seed": seed, "sampling": sampling, "count": 6, "max_length": max_length, "prompt": prompt,
                         "lines": lines_of(model, sampling, generator, 6, max_length, prompt),
                         "end": generator.words})
        cases.append({"model": model, "runs": runs})
    return cases


# --- contract 4: tokens ---

def encoded(text, pieces, merges):
    """One at a time: the merge of the lowest rank anywhere in a line, the leftmost of its places."""
    tokens, unknown = [], ""
    for character in text:
        if character in pieces:
            tokens.append(pieces.index(character))
        else:
            unknown += character
    while True:
        places = [(merges.index(pair), i) for i, pair in enumerate(zip(tokens, tokens[1:])) if pair in merges]
        if not places:
            return {"text": text, "tokens": tokens, "unknown": unknown}
        rank, i = min(places)
        tokens[i:i + 2] = [pieces.index("".join(pieces[token] for token in merges[rank]))]


def drawn_pieces(r, characters, count):
    """Pieces in any order, with merges of characters and earlier pieces."""
    pieces = list(characters)
    r.shuffle(pieces)
    merges = []
    while len(merges) < count:
        left, right = r.choice(pieces), r.choice(pieces)
        if "\n" in (left, right) or left + right in pieces or len(left + right) > 16:
            continue
        merges.append((left, right))
        pieces.insert(r.randrange(len(pieces) + 1), left + right)
    return pieces, [(pieces.index(left), pieces.index(right)) for left, right in merges]


REFUSED = [
    ('["\\n","a","b","ab"]', "[]"), ('["\\n","a","b","ab"]', "[[1,2],[1,2]]"), ('["\\n","a","b"]', "[[1,2]]"),
    ('["\\n","a","b","ab"]', "[[1,4]]"), ('["\\n","a","b","ab"]', "[[1,-1]]"), ('["\\n","a","b","ab"]', "[[1,2.5]]"),
    ('["\\n","a","aa","aaa"]', "[[2,1],[1,1]]"), ('["\\n","a","\\na"]', "[[0,1]]"), ('["a","b"]', "[]"),
    ('["\\n","a","a"]', "[]"), ('["\\n",""]', "[]"), ('["\\n",7]', "[]"), ('{"\\n":1}', "[]"), ("\nab", "[]"),
    ('["\\n","a","b","ab"]', "[[1]]"), ('["\\n","a","b","ab"]', '["12"]'), ('["\\n","a","b","ab"]', "7"),
    ('["\\n","a","b","ab"]', "[[1,2]"), ("[" * 100000, "[]"), ("\nabca", None), ("abc", None), ("", None),
    (json.dumps(["\n"] + [chr(0x100 + i) for i in range(256)]), "[]"),
    (json.dumps(["\n", "a", "aa", "a" * 4, "a" * 8, "a" * 16, "a" * 32]), "[[1,1],[2,2],[3,3],[4,4],[5,5]]"),
]


def token_cases():
    r, cases = random.Random(5), []
    for characters, count in (("\nab", 5), ("\nabc ", 30), ("\n etaoin.é€", 60), ("\n the\U0001F600", 0),
                              ("\n" + "".join(map(chr, range(97, 123))) + " .,'", 225)):
        pieces, merges = drawn_pieces(r, characters, count)
        texts = ["".join(r.choice(characters + "z") for _ in range(length)) for length in (0, 1, 2, 3, 9, 40, 80, 160)]
        texts += ["a" * 17, "\n\n", " " * 5 + "\n"]
        cases.append({"alphabet": json.dumps(pieces), "merges": json.dumps(merges), "pieces": pieces,
                      "texts": [encoded(text, pieces, merges) for text in texts]})
    for characters in ("\nabc", 'x["\n]', "é\U0001F600\n"):
        cases.append({"alphabet": characters, "merges": None, "pieces": list(characters),
                      "texts": [encoded(text, list(characters), []) for text in ("", "a\nb", '["x\n', "\U0001F600éz")]})
    for alphabet, merges in REFUSED:
        cases.append({"alphabet": alphabet, "merges": merges, "pieces": None, "texts": []})
    return cases


def main():
    sections = {"generator": generator_cases(), "bounded": bounded_cases(), "settings": settings_cases(),
                "sampler": sampler_cases() + boundary_cases(), "text": text_cases(), "tokens": token_cases()}
    about = "The contract by example (docs/FORMATS.md), written by tools/make_contract_vectors.py; do not edit."
    text = '{\n"about": ' + json.dumps(about)
    for name, cases in sections.items():
        rows = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
        text += f',\n"{name}": [\n{rows}\n]'
    text += "\n}\n"
    if "--check" not in sys.argv:
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(text)
    elif not PATH.exists() or PATH.read_text() != text:
        sys.exit("make_contract_vectors.py: tests/vectors/contract.json differs from the rules; run the script")


main()
