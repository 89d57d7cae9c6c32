#!/usr/bin/env python3
"""Trains recurrent language models on a GPU with PyTorch: on prose, then on quotations, through the rounding and from a teacher.

    pretrain.py DATA OUT PLAN.json    DATA: what prepare.py wrote; OUT: weights (NAME.npz for to_onnx.py) and log.json

SPDX-License-Identifier: MIT
"""
import json
import math
import sys
import threading
import time
import traceback
import warnings

import numpy as np
import torch
import torch.nn.functional as F

from data import DEV, MODERN, SOURCES, TRAIN, Data, Mixture, World, say
from model import HALF, Model, load, save

CUDA = torch.cuda.is_available()
LOG = {}
SYNTHETIC = 99  # the source of lines that teachers wrote


@torch.no_grad()
def evaluate(model, data, bits, tests, chars, W=None):
    """Bits a character of each test {name: ids}; chars: length in characters of each line, with the newline."""
    model.eval()
    W = W or model.weights(bits)
    out = {}
    for name, ids in tests.items():
        total = torch.zeros((), device=DEV, dtype=torch.float64)
        for b in data.chunks(ids, 65536):
            x, y, m, _ = data.batch(b)
            ce = F.cross_entropy(model.logits(model.features(x, W)[0], W).flatten(0, 1), y.flatten(), reduction="none")
            total += (ce * m.flatten()).double().sum()
        out[name] = round(total.item() / math.log(2) / float(chars[ids].sum()), 4)
    model.train()
    return out


@torch.no_grad()
def teach(models, data):
    """data.teacher: log-probabilities of each next token, the mean of the models'."""
    data.teacher = torch.zeros(len(data.flat), models[0].V, device=DEV, dtype=HALF)
    Ws = [m.weights() for m in models]
    for m in models:
        m.eval()
    for b in data.chunks(np.arange(len(data.start)), 65536):
        x, y, mask, pos = data.batch(b)
        p = sum(F.softmax(m.logits(m.features(x, W)[0], W), -1) for m, W in zip(models, Ws)) / len(models)
        data.teacher[pos[mask]] = torch.log(p + 1e-7).to(HALF)[mask]


@torch.no_grad()
def sample(models, lines, steps, batch, seed, temperature=1.0):
    """Lines written by the mean of the models, as one flat tensor (with its first line token)."""
    g = torch.Generator(device=DEV)
    g.manual_seed(seed)
    Ws = [m.weights() for m in models]
    out = [torch.zeros(1, dtype=torch.uint8, device=DEV)]
    for m in models:
        m.eval()
    for at in range(0, lines, batch):
        x = torch.zeros(1, batch, dtype=torch.long, device=DEV)
        states = [None] * len(models)
        rows = []
        for t in range(steps):
            p = 0
            for i, m in enumerate(models):
                y, states[i] = m.features(x, Ws[i], states[i])
                p = p + F.softmax(m.logits(y[0], Ws[i]) / temperature, -1)
            x = torch.multinomial(p, 1, generator=g).t()
            rows.append(x[0].to(torch.uint8))
        a = torch.stack(rows)  # T, B
        first = (a == 0).int()
        ended = torch.cumsum(first, 0)
        good = ended[-1] > 0
        mask = ((ended - first) == 0) & good[None]
        out.append(a.t()[mask.t()])
    return torch.cat(out)


PHASE = {  # what a phase of a plan may say, and what holds otherwise
    "seconds": 10, "steps": None,  # how long it runs, by the clock or by steps
    "lr": 3e-3, "end": 0.05, "warm": 100, "decay": 0.01,  # AdamW; the rate falls by a cosine to end * lr
    "bits": None,  # (recurrent, table, output): through that rounding
    "out_drop": 0.0, "weight_drop": 0.0, "word_drop": 0.0,  # dropout of the last state, recurrent weights, whole input tokens
    "distill": 0.0,  # share of the teacher in the loss
    "average": 0.0,  # of a running mean of the weights, which is what is kept
    "watch": None, "every": 100,  # the tests whose mean decides which weights are kept, looked at every so many steps
}  # fmt: skip
SCALE = 4096.0 if CUDA else 1.0  # of the loss, so that half-precision gradients do not vanish


class Keeper:
    """The running mean of the weights, and the best of what it or they were."""

    def __init__(self, params, average):
        self.params, self.average, self.steps, self.best = params, average, 0, (math.inf, None, 0)
        self.mean = [q.detach().clone() for q in params] if average else None

    @torch.no_grad()
    def step(self):
        self.steps += 1
        for a, b in zip(self.mean or [], self.params):
            a.lerp_(b, 1 - min(self.average, self.steps / (self.steps + 9)))

    @torch.no_grad()
    def put(self, values):
        for a, b in zip(values or [], self.params):
            b.copy_(a)

    @torch.no_grad()
    def look(self, measure):
        now = [q.detach().clone() for q in self.params]
        self.put(self.mean)
        value = measure()
        if value < self.best[0]:
            self.best = (value, [q.detach().clone() for q in self.params], self.steps)
        self.put(now)


def loss_of(model, data, ids, bits, p):
    """The loss of a batch, and its cross-entropy alone."""
    x, y, mask, pos = data.batch(ids)
    W = model.weights(bits, p["weight_drop"])
    h, _ = model.features(x, W, drop=p["out_drop"], word_drop=p["word_drop"])
    logits = model.logits(F.dropout(h, p["out_drop"]) if p["out_drop"] else h, W).flatten(0, 1)
    mask = mask.flatten().float()
    ce = (F.cross_entropy(logits, y.flatten(), reduction="none") * mask).sum() / mask.sum()
    if not p["distill"] or data.teacher is None:
        return ce, ce, x.numel()
    target = data.teacher[pos].float().flatten(0, 1)
    kl = F.kl_div(F.log_softmax(logits, -1), target, reduction="none", log_target=True).sum(-1)
    return ce * (1 - p["distill"]) + (kl * mask).sum() / mask.sum() * p["distill"], ce, x.numel()


def descend(params, loss):
    """Gradients of the loss, clipped at norm 1; a step whose gradients are not finite has none."""
    (loss * SCALE).backward()
    grads = [q.grad for q in params if q.grad is not None]
    norm = torch.stack([g.norm() for g in grads]).norm() / SCALE
    factor = torch.where(torch.isfinite(norm), 1 / norm.clamp(min=1.0) / SCALE, torch.zeros_like(norm))
    for g in grads:
        g.nan_to_num_(0, 0, 0).mul_(factor)


def train(model, mix, phase, name, report):
    """One phase of a plan over the batches of `mix`; report(model, bits) measures."""
    p = {**PHASE, **phase}
    bits = tuple(p["bits"]) if p["bits"] else None
    matrices = [q for q in model.parameters() if q.dim() > 1]
    rest = [q for q in model.parameters() if q.dim() == 1]
    groups = [{"params": matrices, "weight_decay": p["decay"]}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=p["lr"], betas=(0.9, 0.99), **({"fused": True} if CUDA else {}))
    keeper = Keeper(matrices + rest, p["average"])
    start = shown = time.time()
    steps, tokens, losses = 0, 0, []

    def measure():
        bits_by_test = report(model, bits)
        return sum(bits_by_test[k] for k in p["watch"]) / len(p["watch"])

    while True:
        done = steps / p["steps"] if p["steps"] else (time.time() - start) / p["seconds"]
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = p["lr"] * min(1, (steps + 1) / p["warm"]) * (p["end"] + (1 - p["end"]) * 0.5 * (1 + math.cos(math.pi * done)))
        optimizer.zero_grad(set_to_none=True)
        loss, ce, count = loss_of(model, mix.data, mix.next(), bits, p)
        descend(matrices + rest, loss)
        optimizer.step()
        keeper.step()
        steps += 1
        tokens += count
        if p["watch"] and steps % p["every"] == 0:
            keeper.look(measure)
        if steps % 25 == 0:
            losses.append(ce.item())  # waits for the device
        if time.time() - shown > 15:
            shown = time.time()
            say(name, "step", steps, "loss %.4f" % np.mean(losses[-8:] or [math.nan]), "Mtok/s %.2f" % (tokens / (shown - start) / 1e6))
    if p["watch"]:
        keeper.look(measure)
    keeper.put(keeper.best[1] if p["watch"] else keeper.mean)
    r = {"phase": p, "steps": steps, "Mtokens": round(tokens / 1e6, 1), "seconds": round(time.time() - start, 1)}
    r["loss"] = round(float(np.mean(losses[-8:])), 4) if losses else None
    r["bits"] = report(model, bits)
    if p["watch"]:
        r["best step"] = keeper.best[2]
    say(name, json.dumps(r))
    LOG.setdefault(name, []).append(r)


def taught(world, job, phase, d):
    """The lines that `phase` names, those that its teachers write, and the teachers' probabilities for all."""
    teachers = [world.models[t] for t in phase["teacher"]]
    ids = np.flatnonzero((d.part == TRAIN) | ((d.part == MODERN) & job.get("modern", False)))
    keep = np.isin(d.source[ids], [SOURCES.index(s) for s in phase["shares"] if s in SOURCES])
    keep &= ~np.isin(d.source[ids], [0, 1]) | (np.random.default_rng(3).random(len(ids)) < phase.get("prose_share", 0.25))
    ids = ids[keep]
    flat, source, part = World.cut(d.flat, d, ids), d.source[ids].astype(np.int64), d.part[ids]
    if phase.get("synthetic"):
        made = sample(teachers, phase["synthetic"], phase.get("sample_steps", 104), phase.get("sample_batch", 16384), 7)
        count = int((made[1:] == 0).sum())
        flat = torch.cat([flat, made[1:]])
        source, part = np.concatenate([source, np.full(count, SYNTHETIC)]), np.concatenate([part, np.full(count, TRAIN)])
    data = Data(flat, source, part)
    teach(teachers, data)
    say(job["name"], "taught", len(data.start), "lines", len(flat), "tokens")
    return data


def run(world, job, out):
    name = job["name"]
    d = world.data[job.get("set", "W")]
    torch.manual_seed(job.get("seed", 1))
    if "load" in job:
        model = load(world.folder + "/" + job["load"])
    elif "from" in job:
        old = world.models[job["from"]]
        model = Model(old.V, old.H, old.cell, old.layers).to(DEV)
        model.load_state_dict(old.state_dict())
    else:
        model = Model(len(world.pieces[job.get("set", "W")]["alphabet"]), **job["model"]).to(DEV)
    tests = world.tests(job.get("names", False))
    if job.get("tests"):
        tests = {k: v for k, v in tests.items() if k in job["tests"]}

    def report(m, bits):
        return evaluate(m, d, bits, tests, world.chars)

    model.train()
    for phase in job["phases"]:
        data = taught(world, job, phase, d) if "teacher" in phase else d
        mix = Mixture(data, phase["shares"], phase.get("tokens", job.get("tokens", 32768)), job.get("seed", 1), job.get("modern", False))
        train(model, mix, phase, name, report)
        if job.get("save"):
            save(model, out + "/" + job["save"] + ".npz", pieces=json.dumps(world.pieces[job.get("set", "W")]))
        json.dump(LOG, open(out + "/log.json", "w"))
    for label, bits in job.get("also", {}).items():
        r = report(model, tuple(bits))
        LOG.setdefault(name, []).append({label: r})
        say(name, label, r)
    world.models[name] = model


def main(folder, out, plan):
    warnings.filterwarnings("ignore", message=".*RNN module weights.*")
    plan = json.load(open(plan))
    if CUDA:
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        say(torch.cuda.get_device_name(0), torch.__version__)
    world = World(folder, plan["sets"])
    LOG["characters a token"] = world.rates
    if CUDA:
        torch.cuda.synchronize()
    for group in plan["jobs"]:  # a list: jobs side by side; a list in it: one after another

        def one(chain):
            for job in chain if isinstance(chain, list) else [chain]:
                try:
                    if CUDA:
                        with torch.cuda.stream(torch.cuda.Stream()):
                            run(world, job, out)
                        torch.cuda.synchronize()
                    else:
                        run(world, job, out)
                except Exception as e:
                    traceback.print_exc()
                    say("FAILED", job["name"], repr(e))

        threads = [threading.Thread(target=one, args=(j,)) for j in group]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        json.dump(LOG, open(out + "/log.json", "w"))
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
