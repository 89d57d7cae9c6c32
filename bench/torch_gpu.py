"""Tokens a second of PyTorch's cuDNN recurrent layer on a GPU, training the same model; a line of JSON for each shape.

torch_gpu.py SECONDS CELL,HIDDEN,VOCABULARY,BATCH,SEQUENCE,tf32|bf16 ...
SPDX-License-Identifier: MIT
"""
import json
import sys
import time

import torch


def measure(seconds, cell, hidden, vocabulary, batch, sequence, products):
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    recurrent = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell](hidden, hidden).cuda()
    embedding = torch.nn.Embedding(vocabulary, hidden).cuda()
    output = torch.nn.Linear(hidden, vocabulary).cuda()
    parameters = [p for part in (embedding, recurrent, output) for p in part.parameters()]
    adam = torch.optim.AdamW(parameters, lr=1e-3, fused=True)
    tokens = torch.randint(vocabulary, (sequence + 1, batch), device="cuda")
    state = None

    def step(state):
        with torch.autocast("cuda", torch.bfloat16, enabled=products == "bf16"):
            out, state = recurrent(embedding(tokens[:-1]), state)
            logits = output(out)
        loss = torch.nn.functional.cross_entropy(logits.float().reshape(-1, vocabulary), tokens[1:].reshape(-1))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        return tuple(s.detach() for s in state) if cell == "lstm" else state.detach()

    for _ in range(5):
        state = step(state)
    torch.cuda.synchronize()
    best, steps, begin = 0.0, 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        stretch = time.perf_counter()
        for _ in range(10):
            state = step(state)
        torch.cuda.synchronize()
        steps += 10
        best = max(best, 10 * batch * sequence / (time.perf_counter() - stretch))
    print(json.dumps({"hidden": hidden, "batch": batch, "products": products, "device": torch.cuda.get_device_name(),
                      "tokens_per_s": round(steps * batch * sequence / (time.perf_counter() - begin)),
                      "best_stretch": round(best)}))


for shape in sys.argv[2:]:
    of_shape = shape.split(",")
    measure(float(sys.argv[1]), of_shape[0], *map(int, of_shape[1:5]), of_shape[5])
