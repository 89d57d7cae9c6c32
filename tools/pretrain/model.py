"""Recurrent models in PyTorch whose weights go through the rounding of integer/row_quantization. SPDX-License-Identifier: MIT"""
import math

import numpy as np
import torch
import torch.nn.functional as F

from data import DEV

HALF = torch.float16 if torch.cuda.is_available() else torch.float32  # what the recurrent products are computed in


def row_step(w, bits, factor):
    limit = {8: 127, 4: 7, 2: 1}[bits]
    largest = w.abs().amax(1, keepdim=True).clamp(min=1e-9) * factor

    def near(step):
        e = torch.floor(torch.log2(127.0 / step)).clamp(-20, 26)
        return torch.floor(step * torch.exp2(e) + 0.5).clamp(1, 127) * torch.exp2(-e)

    if bits == 8:
        return near(largest / limit)
    best, least = None, None
    for twentieths in range(20, 4, -1):
        step = near(largest * twentieths / (20 * limit))
        error = ((torch.floor(w * (factor / step) + 0.5).clamp(-limit, limit) * (step / factor) - w) ** 2).sum(1, keepdim=True)
        best = step if best is None else torch.where(error < least, step, best)
        least = error if least is None else torch.minimum(error, least)
    return best


def rounded(w, bits, factor=1.0):
    if not bits:
        return w
    limit = {8: 127, 4: 7, 2: 1}[bits]
    with torch.no_grad():
        step = row_step(w, bits, factor)
        q = torch.floor(w * (factor / step) + 0.5).clamp(-limit, limit) * (step / factor)
    return w + (q - w).detach()


class Model(torch.nn.Module):
    """cell gru or lstm (PyTorch's gates), layers, one-hot input; or glr: a stack of gated linear recurrences."""

    def __init__(self, V, H, cell="gru", layers=1, **_):
        super().__init__()
        self.V, self.H, self.cell, self.layers = V, H, cell, layers
        G = {"gru": 3, "lstm": 4, "glr": 3}[cell]
        P = lambda *s, scale: torch.nn.Parameter(torch.randn(*s) * scale)
        self.ih, self.hh, self.bi, self.bh = (torch.nn.ParameterList() for _ in range(4))
        if cell == "glr":
            self.emb = P(V, H, scale=0.5)
        for l in range(layers):
            I = V if l == 0 and cell != "glr" else H
            self.ih.append(P(G * H, I, scale=0.3 if I == V else 1 / math.sqrt(I)))
            R = torch.empty(G * H, H)
            for g in range(G):
                torch.nn.init.orthogonal_(R[g * H : (g + 1) * H])
            if cell == "glr":
                R = torch.randn(H, H) * (0.5 / math.sqrt(H * layers))
            self.hh.append(torch.nn.Parameter(R))
            b = torch.zeros(G * H)
            if cell == "gru":
                b[H : 2 * H] = 1.0  # z: keep
            if cell == "lstm":
                b[H : 2 * H] = 1.0  # forget gate: keep
            if cell == "glr":
                b[:H] = torch.linspace(-1, 4, H)
            self.bi.append(torch.nn.Parameter(b))
            self.bh.append(torch.nn.Parameter(torch.zeros(G * H)))
        self.out, self.bo = P(V, H, scale=1 / math.sqrt(H)), torch.nn.Parameter(torch.zeros(V))

    def weights(self, bits=None, drop=0.0):
        """bits: (recurrent, table, output) or None."""
        r, t, o = bits or (0, 0, 0)
        k = 128 / 127
        ih, hh = [], []
        for l in range(self.layers):
            w = self.ih[l]
            if l == 0 and self.cell != "glr":
                if t:  # the bias stays apart; a row of the table is a token's column
                    w = rounded(w.t(), t).t()
            else:
                w = rounded(w, r, k)
            u = rounded(self.hh[l], r, k)
            if drop:
                u = u * (torch.rand_like(u) >= drop) / (1 - drop)
            ih.append(w)
            hh.append(u)
        return ih, hh, rounded(self.out, o, k)

    def features(self, x, W, state=None, drop=0.0, word_drop=0.0):
        ih, hh, _ = W
        if self.cell == "glr":
            return self.stack(x, W), None
        h = F.one_hot(x, self.V).to(HALF)
        if word_drop:
            h = h * (torch.rand(x.shape, device=x.device) >= word_drop).to(HALF)[..., None]
        if state is None:
            z = torch.zeros(self.layers, x.shape[1], self.H, device=DEV, dtype=HALF)
            state = (z, z.clone()) if self.cell == "lstm" else (z,)
        flat = []
        for l in range(self.layers):
            flat += [ih[l].to(HALF), hh[l].to(HALF), self.bi[l].to(HALF), self.bh[l].to(HALF)]
        args = (flat, True, self.layers, drop if self.layers > 1 else 0.0, self.training, False, False)
        if self.cell == "lstm":
            y, a, b = torch._VF.lstm(h, state, *args)
            return y, (a, b)
        y, a = torch._VF.gru(h, state[0], *args)
        return y, (a,)

    def stack(self, x, W):
        ih, hh, _ = W
        y = F.embedding(x, self.emb).to(HALF)
        for l in range(self.layers):
            u = F.linear(y, ih[l].to(HALF), self.bi[l].to(HALF)).float()
            f, c, o = u.split(self.H, -1)
            f = torch.sigmoid(f)
            b = (1 - f) * torch.tanh(c)
            d = 1
            while d < x.shape[0]:
                b = torch.cat([b[:d], b[d:] + f[d:] * b[:-d]])
                f = torch.cat([f[:d], f[d:] * f[:-d]])
                d *= 2
            y = y + F.linear((b * torch.sigmoid(o)).to(HALF), hh[l].to(HALF))
        return y

    def logits(self, y, W):
        return F.linear(y, W[2].to(HALF), self.bo.to(HALF)).float()


def save(model, path, **extra):
    w = {"out": model.out, "bo": model.bo}
    for l in range(model.layers):
        w.update({"ih%d" % l: model.ih[l], "hh%d" % l: model.hh[l], "bi%d" % l: model.bi[l], "bh%d" % l: model.bh[l]})
    np.savez(path, **{k: v.detach().cpu().numpy().astype(np.float32) for k, v in w.items()}, **extra)


def load(path):
    """A model that save() wrote (gru)."""
    z = np.load(path)
    layers = sum(k.startswith("ih") for k in z.files)
    model = Model(*z["out"].shape, layers=layers).to(DEV)

    def put(p, v):
        return p.data.copy_(torch.from_numpy(v))

    put(model.out, z["out"])
    put(model.bo, z["bo"])
    for l in range(layers):
        for k in ("ih", "hh", "bi", "bh"):
            put(getattr(model, k)[l], z[k + str(l)])
    return model
