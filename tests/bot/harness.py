"""What the bot's tests share: folders, the probe, a proxy that misbehaves, counts that are printed and checked.

SPDX-License-Identifier: MIT
"""
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse

SLOT = 1_800_000_000 // 28800 * 28800 + 12 * 3600  # some time of the schedule below, in winter, UTC


class Failure(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Failure(what)


class BotFolder:
    """A bot's folder with one photograph; `probe` runs the bot in it."""

    def __init__(self, parent, name, probe, picture, secret="", **config):
        self.path = pathlib.Path(parent) / name
        shutil.rmtree(self.path, ignore_errors=True)
        photographs = self.path / "photographs"
        photographs.mkdir(parents=True)
        shutil.copy(picture, photographs / "hill.jpg")
        (photographs / "hill.txt").write_text("A hill under a gray sky.\n")
        (self.path / "words.txt").write_text("turk\n")
        self.program, self.secret = probe, secret
        self.config = {"automatic": True, "time_zone": "UTC", "first": "12:00", "every_hours": 8, **config}
        self.write()
        secret_file = self.path / "password"
        secret_file.write_text(secret + "\n")
        secret_file.chmod(0o600)
        self.output = ""

    def write(self, **changes):
        self.config.update(changes)
        (self.path / "bot.json").write_text(json.dumps(self.config))

    def probe(self, command, now=None, die=None, picture=None, environment=None):
        """Runs the probe; returns its status and what it printed as JSON."""
        arguments = [self.program, str(self.path), command]
        arguments += ["--now", str(now)] if now else []
        arguments += ["--die", str(die)] if die else []
        arguments += ["--picture", str(picture)] if picture else []
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120,
                              env={**os.environ, **(environment or {})})
        self.output += done.stdout + done.stderr
        check(not self.secret or self.secret not in done.stdout + done.stderr, "the secret is in what was printed")
        return done.returncode, json.loads(done.stdout) if done.returncode == 0 else done.stderr

    def start(self, command, now):
        return subprocess.Popen([self.program, str(self.path), command, "--now", str(now)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def no_secret_kept(self):
        """Neither printed nor in the log; only in its own file."""
        for file in self.path.glob("*"):
            if file.is_file() and file.name != "password":
                check(self.secret.encode() not in file.read_bytes(), f"the secret is in {file.name}")


def kill_at_every_step(make_folder, count_posts, log):
    """Ends the bot at each step in turn, starts it twice again: always exactly one post. Returns (steps, double, missing)."""
    double = missing = 0
    step = 0
    while True:
        step += 1
        folder = make_folder(f"step{step}")
        before = count_posts(folder)
        status, answer = folder.probe("due", now=SLOT + 60, die=step)
        finished = status == 0
        if not finished:
            check(status == 9, f"step {step} ended with {status}: {answer}")
            for again in (120, 180):
                status, answer = folder.probe("due", now=SLOT + again)
                check(status == 0, f"after the end at step {step}: {answer}")
        posts = count_posts(folder) - before
        double += max(0, posts - 1)
        missing += posts == 0
        if finished:
            break
    log(f"ended at each of {step - 1} steps: {double} double posts, {missing} missing")
    check(step > 5 and double == 0 and missing == 0, "a kill at a step cost a post or made one twice")


def kill_at_random(make_folder, count_posts, log, random, kills=20):
    folder = make_folder("timing")
    began = time.monotonic()
    folder.probe("due", now=SLOT + 60)
    length = time.monotonic() - began
    double = missing = killed = 0
    for number in range(kills):
        folder = make_folder(f"random{number}")
        before = count_posts(folder)
        process = folder.start("due", SLOT + 60)
        time.sleep(random.uniform(0.0, length))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        for again in (120, 180):
            status, answer = folder.probe("due", now=SLOT + again)
            check(status == 0, f"after random kill {number}: {answer}")
        posts = count_posts(folder) - before
        double += max(0, posts - 1)
        missing += posts == 0
    log(f"{kills} random kills within {length:.2f} s ({killed} before it was done): {double} double posts, {missing} missing")
    check(double == 0 and missing == 0, "a random kill cost a post or made one twice")


class Proxy:
    """Stands before a server and spoils answers: rules is a list of (path part, action, times)."""

    def __init__(self, target):
        self.target = urllib.parse.urlsplit(target)
        self.rules, self.seen = [], []
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_one(self):
                name = self.path.split("?")[0].rsplit("/", 1)[-1]
                proxy.seen.append(name)
                length = int(self.headers.get("Content-Length") or 0)
                action = proxy.take(self.path)
                if action == "die":  # in the middle of what is sent
                    self.rfile.read(length // 2)
                    return self.hang_up()
                body = self.rfile.read(length)
                if isinstance(action, tuple):
                    return self.answer(*action)
                connection = http.client.HTTPConnection(proxy.target.hostname, proxy.target.port, timeout=60)
                connection.request(self.command, self.path, body,
                                   {k: v for k, v in self.headers.items() if k.lower() != "host"})
                response = connection.getresponse()
                data = response.read()
                if action == "lose":  # done, but nobody hears of it
                    return self.hang_up()
                self.answer(response.status, data, dict(response.getheaders()))

            def answer(self, status, data, headers):
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("transfer-encoding", "connection", "content-length", "content-encoding"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def hang_up(self):
                self.close_connection = True
                self.connection.close()

            do_GET = do_POST = do_PATCH = handle_one

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def spoil(self, part, action, times=1):
        self.rules.append([part, action, times])

    def take(self, path):
        for rule in self.rules:
            if rule[0] in path and rule[2] > 0:
                rule[2] -= 1
                return rule[1]
        return None
