#!/usr/bin/env python3
"""quillet train by several ranks under mpirun: the same bytes each time, the single machine's losses, a killed rank, fewer ranks.

SPDX-License-Identifier: MIT
Usage: ranks.py QUILLET MPIEXEC. Exits 77 where there is no mpirun or the program has no MPI module.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

QUILLET = pathlib.Path(sys.argv.pop(1)).resolve()
MPIEXEC = shutil.which(sys.argv.pop(1) or "mpiexec")
MODULE = QUILLET.parent / "train" / "quillet_mpi.so"
SMALL = ["--hidden", "130", "--epochs", "1", "--batch", "8", "--sequence", "16", "--threads", "1", "--dropout", "0.1"]
# Open MPI wants to be told twice that a container's root and its few processors will do. MPI's own leaks are not ours.
ENVIRONMENT = os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
                            "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe", "ASAN_OPTIONS": "detect_leaks=0"}
LIMIT = 120  # seconds


def run(*words, **environment):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=LIMIT, env=ENVIRONMENT | environment)


def recorded(model, what):
    """A number of the model's training record, as it is written there."""
    return re.search(rb'"%s":([0-9.]+)' % what.encode(), model.read_bytes()).group(1).decode()


class Ranks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.text = self.folder / "text.txt"
        self.text.write_text("".join(f"{i * 7919 % 1000} is {i * 7919 % 1000 + 1} less one\n" for i in range(150)))

    def train(self, name, *options, ranks=1):
        """The model that `ranks` processes make: alone without mpirun."""
        model = self.folder / name
        launcher = [MPIEXEC, "-n", ranks] if ranks > 1 else []
        done = run(*launcher, QUILLET, "train", self.text, "-o", model, "--quiet", *SMALL, *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        # The note that the text is a small one, which one rank alone tells.
        self.assertRegex(done.stderr, r"\A\S+: has \d+ characters to learn from; [^\n]*\n\Z")
        return model

    def test_one_rank_is_the_single_machine_to_the_byte(self):
        alone, rank = self.train("alone.onnx", "--threads", 2), self.train("rank.onnx", "--threads", 2, "--distributed", "mpi")
        self.assertEqual(alone.read_bytes(), rank.read_bytes())

    def test_two_and_four_ranks_have_one_ranks_losses_and_the_same_bytes_each_time(self):
        alone = float(recorded(self.train("alone.onnx"), "validation_bpc"))
        for ranks in (2, 4):
            first, second = (self.train(f"{name}{ranks}.onnx", ranks=ranks) for name in ("first", "second"))
            self.assertEqual(first.read_bytes(), second.read_bytes())
            self.assertEqual(recorded(first, "ranks"), str(ranks))
            # Of one thread each they are what one machine is with as many threads, in every digit.
            threads = self.train(f"threads{ranks}.onnx", "--threads", ranks)
            for what in ("training_bpc", "validation_bpc"):
                self.assertEqual(recorded(first, what), recorded(threads, what))
            self.assertAlmostEqual(float(recorded(first, "validation_bpc")), alone, delta=1e-3)

    def start(self, model, ranks, *options):
        """An endless training, once its first checkpoint is there."""
        process = subprocess.Popen([str(word) for word in (MPIEXEC, "-n", ranks, QUILLET, "train", self.text, "-o", model, "--quiet", *SMALL,
                                    "--epochs", 5000, "--checkpoint-seconds", 0, *options)], stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=ENVIRONMENT, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        end = time.time() + LIMIT
        while not pathlib.Path(f"{model}.checkpoint").exists():
            self.assertIsNone(process.poll(), "the training ended by itself")
            self.assertLess(time.time(), end, "no checkpoint came")
            time.sleep(0.02)
        return process

    def ranks_of(self, model):
        """The processes that train `model`."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes().split(b"\0")
                except OSError:
                    continue
                if words[0] == str(QUILLET).encode() and str(model).encode() in words:
                    found.append(int(entry.name))
        return found

    def wait_for_end(self, process, model):
        process.communicate(timeout=60)
        end = time.time() + 30
        while self.ranks_of(model) and time.time() < end:
            time.sleep(0.05)
        self.assertEqual(self.ranks_of(model), [])

    def test_a_killed_rank_ends_all_and_fewer_go_on(self):
        model = self.folder / "killed.onnx"
        process = self.start(model, 4)
        ranks = self.ranks_of(model)
        self.assertEqual(len(ranks), 4)
        os.kill(ranks[-1], signal.SIGKILL)
        self.wait_for_end(process, model)
        self.assertNotEqual(process.returncode, 0)
        checkpoint = pathlib.Path(f"{model}.checkpoint")
        seconds = float(re.search(rb'"steps":(\d+)', checkpoint.read_bytes()).group(1))
        self.assertGreater(seconds, 0)
        # By two, which an interrupt stops: both the model and the way on are there.
        written = checkpoint.stat().st_mtime_ns
        process = self.start(model, 2, "--resume")
        while checkpoint.stat().st_mtime_ns == written and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        self.wait_for_end(process, model)
        self.assertGreater(float(re.search(rb'"steps":(\d+)', checkpoint.read_bytes()).group(1)), seconds)
        self.assertTrue(model.exists())
        # Another recipe is refused as ever; one rank alone goes on.
        other = run(QUILLET, "train", self.text, "-o", model, "--resume", "--hidden", 9)
        self.assertIn("was begun with hidden 130", other.stderr)
        written = checkpoint.stat().st_mtime_ns
        alone = subprocess.Popen([QUILLET, "train", self.text, "-o", model, "--resume", "--threads", "2", "--checkpoint-seconds", "0"],
                                 stderr=subprocess.PIPE, text=True)
        while checkpoint.stat().st_mtime_ns == written and alone.poll() is None:
            time.sleep(0.02)
        alone.send_signal(signal.SIGTERM)
        self.assertIn("goes on from", alone.communicate(timeout=60)[1])
        self.assertEqual(alone.returncode, 130)

    def test_resumed_by_fewer_ranks_has_the_whole_trainings_losses(self):
        whole = float(recorded(self.train("whole.onnx", ranks=4), "validation_bpc"))
        model = self.folder / "part.onnx"
        # Killed after its second checkpoint; then to the end of the same epoch by two.
        process = subprocess.Popen([MPIEXEC, "-n", "4", QUILLET, "train", self.text, "-o", model, "--quiet", *SMALL, "--checkpoint-seconds", "0"], env=ENVIRONMENT,
                                   stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while not pathlib.Path(f"{model}.checkpoint").exists() and process.poll() is None:
            time.sleep(0.002)
        for rank in self.ranks_of(model)[:1]:
            os.kill(rank, signal.SIGKILL)
        process.wait(timeout=LIMIT)
        if pathlib.Path(f"{model}.checkpoint").exists():
            self.train("part.onnx", "--resume", ranks=2)
        self.assertAlmostEqual(float(recorded(model, "validation_bpc")), whole, delta=1e-3)

    def test_a_search_by_ranks_finds_the_same(self):
        options = ["--search", "4", "--hidden", "16", "--search-epochs", "0.5"]
        self.train("alone.onnx", *options)
        self.train("ranks.onnx", *options, ranks=3)
        self.assertEqual((self.folder / "alone.onnx.search.md").read_text(), (self.folder / "ranks.onnx.search.md").read_text())

    def test_the_slurm_scripts_train_and_search(self):
        slurm = pathlib.Path(__file__).resolve().parent.parent / "examples" / "slurm"
        # srun's part is played by mpirun: as many processes as the job has tasks.
        commands = self.folder / "bin"
        commands.mkdir()
        (commands / "srun").write_text(f'#!/bin/bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "{MPIEXEC}" -n "$SLURM_NTASKS" "$@"\n')
        (commands / "srun").chmod(0o755)
        path = {"PATH": f"{commands}:{os.environ['PATH']}", "QUILLET": str(QUILLET)}
        small = ["--hidden", "16", "--epochs", "1", "--quiet"]
        model = self.folder / "trained.onnx"
        done = run("bash", slurm / "train.sbatch", self.text, model, *small, SLURM_NTASKS="3", SLURM_CPUS_PER_TASK="2", **path)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((recorded(model, "ranks"), recorded(model, "threads")), ("3", "1"))
        recipes = self.folder / "recipes"
        recipes.write_text("--epochs 1 --hidden 4 --quiet\n--epochs 2 --hidden 24 --quiet\n")
        for number in ("1", "2"):
            done = run("bash", slurm / "search.sbatch", self.text, recipes, self.folder / "found", SLURM_NTASKS="1", SLURM_ARRAY_TASK_ID=number, **path)
            self.assertEqual(done.returncode, 0, done.stderr)
        best = run("bash", slurm / "best.sh", self.folder / "found").stdout.split()
        self.assertTrue(best[1].endswith("/2.onnx"), best)
        self.assertEqual(best[0], recorded(self.folder / "found/2.onnx", "validation_bpc"))
        self.assertEqual(run("bash", slurm / "search.sbatch", self.text, recipes, self.folder / "found", SLURM_ARRAY_TASK_ID="3", **path).returncode, 2)
        if shutil.which("shellcheck"):
            done = run("shellcheck", *sorted(slurm.iterdir()), slurm.parent.parent / "bench" / "mpi.sh")
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_what_cannot_be_is_told_once(self):
        for options, ranks, pattern in ((["--batch", "1"], 2, r"--batch of at least 2"), (["--valid", "nosuch.txt"], 3, r"nosuch\.txt: ")):
            done = run(MPIEXEC, "-n", ranks, QUILLET, "train", self.text, "-o", self.folder / "new.onnx", *options)
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stderr, pattern)
            self.assertEqual(done.stderr.count("quillet: "), 1, done.stderr)
        # Processes that another launcher started do not know one another.
        lost = run(QUILLET, "train", self.text, "-o", self.folder / "new.onnx", SLURM_STEP_NUM_TASKS="3")
        self.assertRegex(lost.stderr, "3 processes were started, but MPI knows 1")
        self.assertEqual(run(QUILLET, "train", self.text, "-o", self.folder / "new.onnx", *SMALL, "--distributed", "none",
                             SLURM_STEP_NUM_TASKS="3").returncode, 0)
        without = self.folder / "quillet"
        shutil.copy(QUILLET, without)
        self.assertRegex(run(without, "train", self.text, "-o", self.folder / "new.onnx", "--distributed", "mpi").stderr, "has no MPI part")


if __name__ == "__main__":
    if not MPIEXEC or not MODULE.exists():
        print("skipped: " + ("the program has no MPI module" if MPIEXEC else "mpirun is not installed"))
        sys.exit(77)
    unittest.main()
