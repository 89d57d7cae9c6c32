#!/usr/bin/env python3
"""The bot against a real personal data server on loopback: bluesky_test.py PROBE PICTURE FOLDER.

SPDX-License-Identifier: MIT
"""
import email.utils
import hashlib
import json
import os
import pathlib
import random
import shutil
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import harness
from harness import SLOT, BotFolder, Failure, Proxy, check

HERE = pathlib.Path(__file__).resolve().parent


def log(line):
    print(line, flush=True)


class Server:
    """The real thing, and accounts on it."""

    def __init__(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "data").mkdir(parents=True)
        (folder / "blobs").mkdir()
        began = time.monotonic()
        self.process = subprocess.Popen(["node", "pds.mjs", str(folder)], cwd=HERE, stdout=subprocess.PIPE,
                                        stderr=(folder / "errors.log").open("w"), text=True,
                                        env={**os.environ, "LOG_ENABLED": "false"})
        line = self.process.stdout.readline()
        while line and not line.startswith('{"pds"'):
            line = self.process.stdout.readline()
        if not line:
            print("the personal data server did not start; its packages are missing (npm rebuild better-sqlite3)")
            sys.exit(77)
        self.addresses = json.loads(line)
        self.pds = self.addresses["pds"]
        self.accounts = 0
        log(f"personal data server up in {time.monotonic() - began:.1f} s")

    def call(self, name, body=None, token=None, query=None, server=None):
        url = f"{server or self.pds}/xrpc/{name}" + ("?" + urllib.parse.urlencode(query) if query else "")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            data = response.read()
        return json.loads(data) if data.startswith(b"{") else data

    def account(self):
        """A new account with an app password: (handle, did, app password)."""
        self.accounts += 1
        handle = f"bot{self.accounts}.test"
        made = self.call("com.atproto.server.createAccount", {
            "handle": handle, "email": f"bot{self.accounts}@example.test", "password": "the owner's own"})
        app = self.call("com.atproto.server.createAppPassword", {"name": "bot"}, made["accessJwt"])
        return handle, made["did"], app["password"]

    def posts(self, did):
        result, cursor = [], None
        while True:
            query = {"repo": did, "collection": "app.bsky.feed.post", "limit": 100}
            page = self.call("com.atproto.repo.listRecords", query={**query, **({"cursor": cursor} if cursor else {})})
            result += page["records"]
            cursor = page.get("cursor")
            if not cursor or not page["records"]:
                return result


class Tests:
    def __init__(self, probe, picture, folder):
        self.probe, self.picture, self.folder = probe, picture, folder
        self.server = Server(folder / "pds")
        self.made = []  # every bot's folder, for the last checks

    def bot(self, name, account=None, **config):
        handle, did, password = account or self.server.account()
        bot = BotFolder(self.folder, name, self.probe, self.picture, password, service="bluesky",
                        account=handle, resolver=self.server.pds, directory=self.server.addresses["directory"], **config)
        bot.did = did
        self.made.append(bot)
        return bot

    def count(self, bot):
        return len(self.server.posts(bot.did))

    def proxied(self, name, **config):
        proxy = Proxy(self.server.pds)
        return self.bot(name, server=proxy.address, **config), proxy

    # The whole way: identity by handle, session, picture, record, label.
    def test_post(self):
        bot = self.bot("post")
        status, answer = bot.probe("now")
        check(status == 0, answer)
        posts = self.server.posts(bot.did)
        check(len(posts) == 1 and posts[0]["uri"] == answer["uri"], "not the post that was told")
        record = posts[0]["value"]
        image = record["embed"]["images"][0]
        check(image["alt"].startswith(record["text"]) and "A hill under a gray sky." in image["alt"], "alt text")
        check(image["aspectRatio"] == {"width": 3, "height": 2} and record["langs"] == ["sco"], "aspect or language")
        check("facets" not in record and record["$type"] == "app.bsky.feed.post", "facets")
        blob = self.server.call("com.atproto.sync.getBlob", query={"did": bot.did, "cid": image["image"]["ref"]["$link"]})
        check(blob == pathlib.Path(self.picture).read_bytes(), "the picture came back other than it went")
        profile = self.server.call("com.atproto.repo.getRecord", query={
            "repo": bot.did, "collection": "app.bsky.actor.profile", "rkey": "self"})["value"]
        check({"val": "bot"} in profile["labels"]["values"], "no label")
        log(f"post, alt text, label; {len(blob)} bytes read back, sha256 {hashlib.sha256(blob).hexdigest()[:16]}")

    def test_did_as_account(self):
        handle, did, password = self.server.account()
        bot = self.bot("did", (did, did, password))
        check(bot.probe("now")[0] == 0 and self.count(bot) == 1, "by DID")

    def test_session_is_kept(self):
        bot, proxy = self.proxied("session")
        for _ in range(3):
            check(bot.probe("now")[0] == 0, bot.output)
        check(proxy.seen.count("com.atproto.server.createSession") == 1, "logged in more than once")
        mode = (bot.path / "bot.sqlite").stat().st_mode & 0o777
        check(mode == 0o600 and self.count(bot) == 3, f"mode {mode:o}")

    def test_expired_session(self):
        bot, proxy = self.proxied("expired")
        check(bot.probe("now")[0] == 0, bot.output)
        proxy.spoil("uploadBlob", (400, b'{"error":"ExpiredToken","message":"Token has expired"}', {}))
        check(bot.probe("now")[0] == 0, bot.output)
        check(proxy.seen.count("com.atproto.server.refreshSession") == 1, "not refreshed")
        # The server knows neither token any more.
        proxy.spoil("getRecord", (400, b'{"error":"ExpiredToken","message":"Token has expired"}', {}))
        proxy.spoil("refreshSession", (400, b'{"error":"ExpiredToken","message":"Token has expired"}', {}))
        check(bot.probe("now")[0] == 0 and self.count(bot) == 3, bot.output)
        check(proxy.seen.count("com.atproto.server.createSession") == 2, "not logged in again")

    def test_wrong_password(self):
        handle, did, _ = self.server.account()
        bot = self.bot("wrong", (handle, did, "abcd-efgh-ijkl-mnop"))
        status, answer = bot.probe("now")
        check(status == 4 and "app password" in answer and self.count(bot) == 0, answer)

    def test_password_file_open_to_others(self):
        bot = self.bot("open")
        (bot.path / "password").chmod(0o644)
        status, answer = bot.probe("now")
        check(status == 2 and "chmod 600" in answer and self.count(bot) == 0, answer)

    def test_missing_alt(self):
        bot = self.bot("no-alt")
        (bot.path / "photographs/hill.txt").write_text(" \n")
        status, answer = bot.probe("now")
        check(status == 2 and "description" in answer and self.count(bot) == 0, answer)

    def test_too_long_alt(self):
        bot = self.bot("long-alt")
        (bot.path / "photographs/hill.txt").write_text("A hill. " * 300)
        status, answer = bot.probe("now")
        check(status == 2 and "1,100 bytes" in answer and self.count(bot) == 0, answer)

    def test_too_large(self):
        bot = self.bot("large")
        large = self.folder / "large.jpg"
        large.write_bytes(pathlib.Path(self.picture).read_bytes() + bytes(1_000_001))
        status, answer = bot.probe("now", picture=large)
        check(status == 5 and "1000000 are allowed" in answer and self.count(bot) == 0, answer)

    def test_413(self):
        bot, proxy = self.proxied("413")
        proxy.spoil("uploadBlob", (413, b'{"error":"PayloadTooLarge","message":"request entity too large"}', {}))
        status, answer = bot.probe("now")
        check(status == 5 and "413" in answer and self.count(bot) == 0, answer)

    def test_429(self):
        bot, proxy = self.proxied("429")
        reset = str(int(time.time()) + 30)
        proxy.spoil("createRecord", (429, b'{"error":"RateLimitExceeded"}', {"ratelimit-remaining": "0", "ratelimit-reset": reset}))
        status, answer = bot.probe("now")
        check(status == 0 and self.count(bot) == 1 and "again in" in bot.output, bot.output)
        check("waits 2" in bot.output or "waits 3" in bot.output, "did not wait as asked: " + bot.output)
        proxy.spoil("getRecord", (429, b"{}", {"Retry-After": "4000"}))
        status, answer = bot.probe("now")
        check(status == 3 and self.count(bot) == 1, "did not give up for a long wait")
        later = email.utils.formatdate(time.time() + 4000, usegmt=True)
        proxy.spoil("getRecord", (429, b"{}", {"Retry-After": later}))
        check(bot.probe("now")[0] == 3 and self.count(bot) == 1, "did not give up for a long wait until a date")
        check(bot.probe("now")[0] == 0 and self.count(bot) == 2, "did not come back")

    def test_server_trouble(self):
        for name, part, action in (("upload", "uploadBlob", "die"), ("answer", "createRecord", "lose"),
                                   ("record", "createRecord", "die"), ("500", "createRecord", (500, b"oops", {})),
                                   ("lost upload", "uploadBlob", "lose"), ("not JSON", "createRecord", (200, b"<html>", {}))):
            bot, proxy = self.proxied("trouble-" + name.replace(" ", "-"))
            proxy.spoil(part, action)
            status, answer = bot.probe("now")
            check(status == 0 and self.count(bot) == 1, f"{name}: {answer}")
        log("server gone in mid-upload, answers lost, 500, no JSON: one post each")

    def test_network_gone(self):
        bot = self.bot("dns", server="https://pds.invalid", tries=2)
        status, answer = bot.probe("due", now=SLOT + 60)
        check(status in (3,) and self.count(bot) == 0, answer)
        bot.write(server="http://127.0.0.1:9")
        (bot.path / "bot.sqlite").exists()
        status, answer = bot.probe("due", now=SLOT + 90)
        check(status == 3 and self.count(bot) == 0, answer)
        bot.write(server="")
        for again in (120, 180):
            check(bot.probe("due", now=SLOT + again)[0] == 0 and self.count(bot) == 1, "not once after the network came back")

    def test_certificates(self):
        bot = self.bot("tls")
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                               "-days", "1", "-subj", "/CN=localhost"], capture_output=True)
        check(made.returncode == 0, "openssl")
        proxy = Proxy(self.server.pds)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        proxy.server.socket = context.wrap_socket(proxy.server.socket, server_side=True)
        bot.write(server=proxy.address.replace("http://127.0.0.1", "https://localhost"))
        status, answer = bot.probe("now")
        check(status == 4 and self.count(bot) == 0 and "certificate" in answer, answer)
        bot.write(server="http://example.org")
        status, answer = bot.probe("now")
        check(status == 2 and "https" in answer, answer)

    def test_two_at_once(self):
        bot = self.bot("two")
        first, second = bot.start("due", SLOT + 60), bot.start("due", SLOT + 60)
        statuses = sorted((first.wait(), second.wait()))
        check(self.count(bot) == 1 and statuses in ([0, 0], [0, 2]), f"two at once: {statuses}")

    def test_kills(self):
        began = time.monotonic()
        harness.kill_at_every_step(self.bot, self.count, log)
        harness.kill_at_random(self.bot, self.count, log, random.Random(13))
        log(f"kills in {time.monotonic() - began:.0f} s")

    def last_checks(self):
        posts = without = 0
        for bot in self.made:
            bot.no_secret_kept()
            for post in self.server.posts(bot.did):
                posts += 1
                images = post["value"]["embed"]["images"]
                without += any(not image["alt"].strip() for image in images) or not images
        log(f"{posts} posts by {len(self.made)} bots, {without} without alt text; no secret in any log or database")
        check(posts > 20 and without == 0, "a post without alt text")


def main():
    if not (HERE / "node_modules/@atproto/pds").exists():
        print("tests/bot has no node_modules; ./dev test installs them")
        sys.exit(77)
    probe, picture, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    tests, failed = Tests(probe, picture, folder), []
    try:
        for name in [n for n in dir(tests) if n.startswith("test_")] + ["last_checks"]:
            if len(sys.argv) > 4 and sys.argv[4] not in name and name != "last_checks":
                continue
            try:
                getattr(tests, name)()
                log(f"ok    {name}")
            except (Failure, OSError) as failure:
                failed.append(name)
                log(f"FAIL  {name}: {failure}")
    finally:
        tests.server.process.terminate()
        tests.server.process.wait()
    sys.exit(1 if failed else 0)


main()
