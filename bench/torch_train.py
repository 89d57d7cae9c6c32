"""Characters a second of PyTorch training the same model: nn.GRU on one-hot input, Adam, clipping; one line of JSON.

torch_train.py HIDDEN VOCABULARY BATCH SEQUENCE THREADS SECONDS (OPENBLAS_NUM_THREADS set by the caller)
SPDX-License-Identifier: MIT
"""
import json
import sys
import time

import torch


def main():
    hidden, vocabulary, batch, sequence, threads = map(int, sys.argv[1:6])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    recurrent = torch.nn.GRU(vocabulary, hidden)
    output = torch.nn.Linear(hidden, vocabulary)
    parameters = [*recurrent.parameters(), *output.parameters()]
    adam = torch.optim.Adam(parameters, lr=5e-3)
    table = torch.eye(vocabulary)
    tokens = torch.randint(vocabulary, (sequence + 1, batch))
    state = torch.zeros(1, batch, hidden)

    def step(state):
        out, state = recurrent(table[tokens[:-1]], state)
        loss = torch.nn.functional.cross_entropy(output(out).reshape(-1, vocabulary), tokens[1:].reshape(-1))
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()
        return state.detach()

    for _ in range(2):
        state = step(state)
    best, steps = 0.0, 0
    begin, processor = time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < float(sys.argv[6]):
        stretch = time.perf_counter()
        for _ in range(3):
            state = step(state)
        steps += 3
        best = max(best, 3 * batch * sequence / (time.perf_counter() - stretch))
    all_characters, seconds = steps * batch * sequence, time.perf_counter() - begin
    with open("/proc/self/maps") as maps:
        openblas = "openblas" in maps.read()
    print(json.dumps({
        "chars_per_s": round(all_characters / seconds),
        "best_stretch": round(best),
        "chars_per_processor_s": round(all_characters / (time.process_time() - processor)),
        "openblas": openblas,
    }))


main()
