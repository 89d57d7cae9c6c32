#!/usr/bin/env python3
"""quillet train as people use it: killed and resumed, interrupted, fine-tuned, given bad texts.

SPDX-License-Identifier: MIT
"""
import hashlib
import json
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile
import time
import unittest

QUILLET = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parent.parent
SMALL = ["--hidden", "12", "--epochs", "3", "--batch", "4", "--sequence", "16", "--threads", "2"]


def text(lines=160):
    return "".join(f"{i * 7919 % 1000} is {i * 7919 % 1000 + 1} less one\n" for i in range(lines))


def quillet(*arguments):
    return subprocess.run([QUILLET, *map(str, arguments)], capture_output=True, text=True)


class Train(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.text = self.folder / "text.txt"
        self.text.write_text(text())

    def command(self, name, *options):
        return ["train", self.text, "-o", self.folder / name, *SMALL, *options]

    def start(self, *arguments):
        process = subprocess.Popen([QUILLET, *map(str, arguments)], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        return process

    def wait_for(self, path, process, after=0):
        """Until `path` is there, written later than at `after` (nanoseconds), or the process has ended."""
        while (not path.exists() or path.stat().st_mtime_ns <= after) and process.poll() is None:
            time.sleep(0.005)

    def test_killed_and_resumed_is_the_same_to_the_byte(self):
        self.assertEqual(quillet(*self.command("whole.onnx", "--dropout", 0.1)).returncode, 0)
        model, checkpoint = self.folder / "killed.onnx", self.folder / "killed.onnx.checkpoint"
        kills, resume = 0, []
        for turn in range(40):
            process = self.start(*self.command("killed.onnx", "--dropout", 0.1, "--checkpoint-seconds", 0), *resume)
            if not resume:
                self.wait_for(checkpoint, process)
            time.sleep(0.03 * (turn % 4))
            process.kill()
            if process.wait() == 0:
                break
            kills += 1
            resume = ["--resume"] if checkpoint.exists() else []
        else:
            process = self.start(*self.command("killed.onnx", "--resume"))
            self.assertEqual(process.wait(), 0, process.stderr.read())
        self.assertGreater(kills, 0)
        self.assertEqual(model.read_bytes(), (self.folder / "whole.onnx").read_bytes())
        self.assertFalse(checkpoint.exists())

    def test_tools_hold_out_what_train_holds_out(self):
        lines = [f"{word} \u00e9t\u00e9 {i} \U0001F600" for i in range(700) for word in ("The", "A", "No")]
        self.text.write_text("\n".join(lines) + "\n")
        model, held, mixed, taught = (self.folder / name for name in ("m.onnx", "held.txt", "mixed.txt", "taught.txt"))
        taught.write_text("A line of a larger model\n" * 5)
        self.assertEqual(quillet(*self.command("m.onnx", "--epochs", 0.2)).returncode, 0)
        subprocess.run([sys.executable, ROOT / "tools/mix_lines.py", "--held-out", held, "--times", "2", self.text, mixed, taught], check=True)
        here, there = (json.loads(quillet("score", model, *words, "--json").stdout) for words in ((self.text, "--held-out", "5%"), (held,)))
        self.assertEqual((here["characters"], here["bpc"]), (there["characters"], there["bpc"]))
        left_out = held.read_text().splitlines()
        self.assertGreater(len(left_out), 50)
        expected = [line for line in lines if line not in left_out] * 2 + taught.read_text().splitlines()
        self.assertEqual(sorted(mixed.read_text().splitlines()), sorted(expected))

    def test_instructions_are_chosen_told_and_recorded(self):
        model = self.folder / "plain.onnx"
        done = quillet(*self.command("plain.onnx", "--instructions", "plain"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(", plain\n", done.stderr)
        again = quillet(*self.command("again.onnx", "--instructions", "plain"))
        self.assertEqual(model.read_bytes(), (self.folder / "again.onnx").read_bytes(), again.stderr)
        self.assertIn(b'"instructions":"plain"', model.read_bytes())
        for unknown in ("sse9", "avx2" if platform.machine() in ("aarch64", "arm64") else "neon"):
            refused = quillet(*self.command("refused.onnx", "--instructions", unknown))
            self.assertEqual((refused.returncode, refused.stderr.count("\n")), (2, 1), refused.stderr)
            self.assertIn("--instructions", refused.stderr)
            self.assertIn("plain", refused.stderr)

    def test_an_interrupt_writes_a_checkpoint_and_the_best_model(self):
        model, checkpoint = self.folder / "stopped.onnx", self.folder / "stopped.onnx.checkpoint"
        process = self.start(*self.command("stopped.onnx", "--epochs", 3000, "--checkpoint-seconds", 0))
        self.wait_for(checkpoint, process)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130)
        self.assertIn("--resume", process.stderr.read())
        self.assertTrue(checkpoint.exists())
        self.assertEqual(quillet("generate", model, "-n", 1, "--seed", 1).returncode, 0)
        # What was said before holds; what is said otherwise is refused.
        other = quillet("train", self.text, "-o", model, "--resume", "--learning-rate", 0.5)
        self.assertEqual(other.returncode, 2)
        self.assertIn("learning_rate", other.stderr)
        self.text.write_text(text(161))
        other = quillet("train", self.text, "-o", model, "--resume")
        self.assertEqual(other.returncode, 2)
        self.assertIn("another text", other.stderr)

    def test_an_interrupt_leaves_a_model_that_was_there(self):
        model, checkpoint = self.folder / "old.onnx", self.folder / "old.onnx.checkpoint"
        self.assertEqual(quillet(*self.command("old.onnx")).returncode, 0)
        good = model.read_bytes()
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start(*self.command("old.onnx", "--epochs", 3000, "--checkpoint-seconds", 0))
            self.wait_for(checkpoint, process)
            process.send_signal(number)
            self.assertEqual(process.wait(), 130)
            self.assertIn("stays as it was", process.stderr.read())
            self.assertEqual(model.read_bytes(), good)
            # Resumed and interrupted again, it still stays.
            written = checkpoint.stat().st_mtime_ns
            process = self.start("train", self.text, "-o", model, "--resume", "--checkpoint-seconds", 0)
            self.wait_for(checkpoint, process, written)
            process.send_signal(number)
            self.assertEqual(process.wait(), 130)
            self.assertEqual(model.read_bytes(), good)
            checkpoint.unlink()
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["old.onnx", "text.txt"])

    def test_an_interrupt_leaves_a_model_that_came_meanwhile(self):
        model, checkpoint = self.folder / "late.onnx", self.folder / "late.onnx.checkpoint"
        process = self.start(*self.command("late.onnx", "--epochs", 100000, "--checkpoint-seconds", 0))
        self.wait_for(checkpoint, process)
        model.write_text("another training's")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130)
        self.assertEqual(model.read_text(), "another training's")
        self.assertIn("late.onnx stays as it was", process.stderr.read())

    def interrupt(self, command, checkpoint):
        """Starts a training, interrupts it once it has written a checkpoint, and returns what it told."""
        written = checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0
        process = self.start(*command, "--checkpoint-seconds", 0)
        self.wait_for(checkpoint, process, written)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), 130)
        return process.stderr.read()

    def test_an_interrupt_replaces_what_the_training_wrote_itself_alone(self):
        model, checkpoint = self.folder / "m.onnx", self.folder / "m.onnx.checkpoint"
        # Without validation each step's weights are the best.
        command = self.command("m.onnx", "--epochs", 100000, "--valid", "0%")
        self.assertIn("m.onnx is ", self.interrupt(command, checkpoint))
        first = model.read_bytes()
        self.assertIn("m.onnx is ", self.interrupt([*command, "--resume"], checkpoint))
        self.assertNotEqual(model.read_bytes(), first)
        model.write_text("a person's")
        for _ in range(2):
            self.assertIn("m.onnx stays as it was", self.interrupt([*command, "--resume"], checkpoint))
            self.assertEqual(model.read_text(), "a person's")
        model.unlink()
        self.assertIn("m.onnx is ", self.interrupt([*command, "--resume"], checkpoint))
        self.assertTrue(model.exists())

    def test_resume_refuses_what_the_training_was_not_begun_with(self):
        other = self.folder / "other.onnx"
        self.assertEqual(quillet(*self.command("other.onnx")).returncode, 0)
        checkpoint = self.folder / "m.onnx.checkpoint"
        begun = self.command("m.onnx", "--epochs", 100000, "--min-count", 2, "--pieces", 60)
        self.interrupt(begun, checkpoint)
        state = checkpoint.read_bytes()
        for option, value, told in (
            ("--pieces", 50, "begun with pieces 60, not 50"),
            ("--min-count", 3, "begun with min_count 2, not 3"),
            ("--valid", "10%", 'begun with valid "5%", not "10%"'),
            ("--search", 4, "begun with search 0, not 4"),
            ("--hidden", 9, "not 9"),
        ):
            refused = quillet("train", self.text, "-o", self.folder / "m.onnx", "--resume", option, value)
            self.assertEqual(refused.returncode, 2)
            self.assertIn(told, refused.stderr)
        refused = quillet("train", self.text, "-o", self.folder / "m.onnx", "--resume", "--from", other)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("begun with from", refused.stderr)
        self.assertEqual(checkpoint.read_bytes(), state)

    def test_an_interrupted_fine_tuning_resumes_to_the_same_model(self):
        start, model, checkpoint = self.folder / "start.onnx", self.folder / "cut.onnx", self.folder / "cut.onnx.checkpoint"
        self.assertEqual(quillet("train", self.text, "-o", start, *SMALL).returncode, 0)
        options = ["--from", start, "--epochs", 400, "--averaging", 0.9, "--patience", 0, "--threads", 1]
        self.assertEqual(quillet("train", self.text, "-o", self.folder / "whole.onnx", *options).returncode, 0)
        self.interrupt(["train", self.text, "-o", model, *options], checkpoint)
        done = quillet("train", self.text, "-o", model, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(model.read_bytes(), (self.folder / "whole.onnx").read_bytes())

    def test_resume_without_options_goes_on_with_the_model_it_started_from(self):
        start = self.folder / "start.onnx"
        other = self.folder / "other.txt"
        other.write_text(text().upper())
        self.assertEqual(quillet("train", other, "-o", start, *SMALL).returncode, 0)
        command = ["train", self.text, "-o", self.folder / "m.onnx", "--from", start, "--epochs", 100000, "--patience", 0, "--threads", 1]
        self.interrupt(command, self.folder / "m.onnx.checkpoint")
        told = self.interrupt(["train", self.text, "-o", self.folder / "m.onnx", "--resume"], self.folder / "m.onnx.checkpoint")
        self.assertIn("--resume goes on", told)

    def test_an_interrupted_search_resumes_to_the_same_model(self):
        search = ["--search", 4, "--search-epochs", 2, "--hidden", 24, "--valid", "tail:25%"]
        self.assertEqual(quillet(*self.command("whole.onnx", *search)).returncode, 0)
        model, checkpoint = self.folder / "cut.onnx", self.folder / "cut.onnx.checkpoint"
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            resume = ["--resume"] if checkpoint.exists() else []
            process = self.start(*self.command("cut.onnx", *search), *resume)
            self.wait_for(checkpoint, process)
            time.sleep(0.05)
            process.send_signal(number)
            self.assertIn(process.wait(), (0, 130, -9, -number), process.stderr.read())  # -number: before it listens
            self.assertFalse(model.exists() and process.returncode != 0 and b"quillet search" in checkpoint.read_bytes())
        resume = ["--resume"] if checkpoint.exists() else []
        done = quillet(*self.command("cut.onnx", *search), *resume)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(model.read_bytes(), (self.folder / "whole.onnx").read_bytes())
        self.assertEqual((self.folder / "cut.onnx.search.md").read_bytes(), (self.folder / "whole.onnx.search.md").read_bytes())
        self.assertFalse(checkpoint.exists())

    def test_no_output_takes_the_place_of_an_input(self):
        for name, options in (("m.onnx.checkpoint", []), ("m.onnx.search.md", ["--search", 2]), ("m.onnx", [])):
            path = self.folder / name
            path.write_text(text())
            done = quillet("train", path, "-o", self.folder / "m.onnx", *SMALL, *options)
            self.assertEqual(done.returncode, 2)
            self.assertIn("input", done.stderr)
            self.assertEqual(path.read_text(), text())
        for report in ("m.onnx", "m.onnx.checkpoint"):
            done = quillet(*self.command("m.onnx", "--report", self.folder / report))
            self.assertEqual(done.returncode, 2, report)

    def test_the_model_tells_where_it_comes_from(self):
        beside = pathlib.Path(f"{self.text}.provenance.json")
        beside.write_text(json.dumps({"licence": "CC0", "source": "made up"}))
        report = self.folder / "report.html"
        done = quillet(*self.command("told.onnx", "--report", report, "--valid", "tail:25%"))
        self.assertEqual(done.returncode, 0, done.stderr)
        model = (self.folder / "told.onnx").read_bytes()
        for part in (b"CC0", b'"items":160', b'"validation":"tail:25%"', b'"validation_bpc":', b'"source":"made up"'):
            self.assertIn(part, model)
        page = report.read_text()
        self.assertIn("<path class='line c0'", page)  # training
        self.assertIn("<path class='line c1'", page)  # validation
        self.assertEqual(page.count("<circle class='ring c1'"), 1)  # the best of it
        self.assertIn("What it wrote", page)
        for outside in ("<script", "http:", "https:", "src=", "@import"):
            self.assertNotIn(outside, page)

    def test_fine_tuning_takes_new_characters(self):
        self.assertEqual(quillet(*self.command("first.onnx")).returncode, 0)
        self.text.write_text("".join(f"{i}: ÄÖÜ is ÄÖÜ\n" for i in range(60)))
        self.assertEqual(quillet("quantize", self.folder / "first.onnx", "-o", self.folder / "integers.onnx").returncode, 0)
        for start in ("first.onnx", "integers.onnx"):
            done = quillet(*self.command("second.onnx", "--from", self.folder / start, "--epochs", 40))
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = quillet("generate", self.folder / "second.onnx", "-n", 5, "--seed", 1, "--temperature", 0.4).stdout
            self.assertIn("ÄÖÜ", lines)
            model = (self.folder / start).read_bytes()
            self.assertIn(f'"from":"{start}","from_sha256":"{hashlib.sha256(model).hexdigest()}"'.encode(), (self.folder / "second.onnx").read_bytes())

    def test_fine_tuning_has_a_recipe_of_its_own(self):
        first, second = self.folder / "first.onnx", self.folder / "second.onnx"
        self.assertEqual(quillet(*self.command("first.onnx")).returncode, 0)
        done = quillet(*self.command("second.onnx", "--from", first, "--averaging", 0.9, "--bits", 4, "--table-bits", 4))
        self.assertEqual(done.returncode, 0, done.stderr)
        record = second.read_bytes()
        for part in (b'"dropout":0.3', b'"learning_rate":0.006', b'"recurrent_dropout":0.2', b'"weight_decay":0.1', b'"patience":8', b'"averaging":0.9,'):
            self.assertIn(part, record)
        self.assertNotIn(b'"weight_decay":0.1', first.read_bytes())
        # The bits that it was trained for are those of quantize; what is given goes before.
        told = lambda *options: json.loads(quillet("quantize", second, "-o", self.folder / "q.onnx", "--json", *options).stdout)
        self.assertEqual([told()[key] for key in ("bits", "table_bits", "output_bits")], [4, 4, 8])
        self.assertEqual([told("--bits", 8, "--output-bits", 4)[key] for key in ("bits", "table_bits", "output_bits")], [8, 4, 4])

    def test_the_size_is_that_of_the_model_to_start_from(self):
        self.assertEqual(quillet(*self.command("first.onnx")).returncode, 0)
        begin = self.folder / "first.onnx"
        for other in (["--hidden", 20], ["--layers", 2], ["--embedding", 5], ["--cell", "lstm"]):
            done = quillet(*self.command("second.onnx", "--from", begin, *other))
            self.assertEqual(done.returncode, 2, other)
            self.assertIn(f"first.onnx: has {other[0][2:]} ", done.stderr)

    def test_a_search_keeps_its_table_and_trains_the_winner(self):
        done = quillet(*self.command("found.onnx", "--search", 3, "--search-epochs", 0.2, "--search-bytes", 6000))
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = (self.folder / "found.onnx.search.md").read_text().splitlines()[2:]
        self.assertEqual([row.split("|")[1].strip() for row in rows], ["1", "1", "1", "2", "2"])
        # Rounds of less than an epoch are measured too.
        self.assertTrue(all(float(row.split("|")[7]) < 20 for row in rows))
        best = min(rows[3:], key=lambda row: float(row.split("|")[7]))
        inspected = json.loads(quillet("inspect", self.folder / "found.onnx", "--json").stdout)
        self.assertIn(f'"hidden":{best.split("|")[3].strip()}', json.dumps(inspected).replace(" ", "").replace("\\", ""))
        refused = quillet(*self.command("none.onnx", "--search", 3, "--search-bytes", 10))
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--search-bytes", refused.stderr)

    def test_unusual_texts(self):
        for content in (b"a", b"one line only\r\n", b"\xef\xbb\xbfwith a mark\n" * 30, b"x" * 100_000):
            self.text.write_bytes(content)
            done = quillet(*self.command("unusual.onnx", "--epochs", 0.2))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(quillet("generate", self.folder / "unusual.onnx", "--seed", 1).returncode, 0)

    def test_bad_texts_end_with_one_line_and_nothing_written(self):
        many = "".join(chr(0x4E00 + i) for i in range(300)).encode()
        for content, told in (
            (b"", "has no text"),
            (b"\n\n\r\n", "has no text"),
            (b"good\nb\xe9d\n", "text.txt:2:2: byte 0xE9 is not UTF-8"),
            (many, "give --min-count 2"),
        ):
            self.text.write_bytes(content)
            done = quillet(*self.command("none.onnx"))
            self.assertEqual(done.returncode, 2)
            self.assertIn(told, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertEqual([p.name for p in self.folder.iterdir()], ["text.txt"])

    def test_bad_options_and_files(self):
        (self.folder / "bad.onnx").write_bytes(b"no model")
        for options, told in (
            (["--hidden", 0], "--hidden"),
            (["--dropout", 1], "--dropout"),
            (["--valid", "95%"], "--valid"),
            (["--valid", self.folder / "missing.txt"], "missing.txt"),
            (["--from", self.folder / "missing.onnx"], "missing.onnx"),
            (["--from", self.folder / "bad.onnx"], "bad.onnx"),
            (["--resume"], "leave out --resume"),
            (["--epochs", "inf"], "--epochs"),
            (["--minutes", "1e300"], "--minutes"),
            (["--patience", -1], "--patience"),
            (["--seed", -1], "--seed"),
            (["--min-count", -1], "--min-count"),
            (["--checkpoint-seconds", "nan"], "--checkpoint-seconds"),
            (["--search", 2, "--search-epochs", "nan"], "--search-epochs"),
            (["--search-bytes", 9000], "--search"),
            (["--cell", "elman"], "--cell"),
        ):
            done = quillet(*self.command("new.onnx"), *options)
            self.assertEqual(done.returncode, 2, options)
            self.assertIn(told, done.stderr)
            self.assertFalse((self.folder / "new.onnx").exists())


if __name__ == "__main__":
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    unittest.main()
