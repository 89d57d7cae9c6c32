#!/usr/bin/env python3
"""The bot's other services: Mastodon by a small server that follows its documentation, and a folder with a feed.

services_test.py PROBE PICTURE FOLDER
SPDX-License-Identifier: MIT
"""
import datetime
import email.parser
import email.utils
import html
import http.server
import json
import pathlib
import random
import sys
import threading
import xml.etree.ElementTree

import harness
from harness import SLOT, BotFolder, Failure, Proxy, check


def log(line):
    print(line, flush=True)


class FakeMastodon:
    """docs.joinmastodon.org: verify_credentials, update_credentials, media (v2, at work for a while), statuses."""

    def __init__(self):
        self.statuses, self.media, self.accounts, self.keys = [], {}, {}, {}
        self.forgets_keys = False  # as after an hour
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def reply(self, status, value):
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
                if not token.startswith("token"):
                    return self.reply(401, {"error": "The access token is invalid"})
                account = fake.accounts.setdefault(token, {"id": str(1000 + len(fake.accounts)), "bot": False})
                path = self.path.split("?")[0]
                if (self.command, path) == ("GET", "/api/v1/accounts/verify_credentials"):
                    return self.reply(200, account)
                if (self.command, path) == ("PATCH", "/api/v1/accounts/update_credentials"):
                    account.update(json.loads(body))
                    return self.reply(200, account)
                if (self.command, path) == ("GET", f"/api/v1/accounts/{account['id']}/statuses"):
                    return self.reply(200, [s for s in reversed(fake.statuses) if s["account"] == account["id"]][:40])
                if (self.command, path) == ("POST", "/api/v2/media"):
                    return self.reply(*fake.take_media(self.headers, body))
                if self.command == "GET" and path.startswith("/api/v1/media/"):
                    media = fake.media.get(path.rsplit("/", 1)[1])
                    if not media:
                        return self.reply(404, {"error": "Record not found"})
                    media["polls"] += 1
                    return self.reply(200 if media["polls"] > 1 else 206, {"id": media["id"], "description": media["description"]})
                if (self.command, path) == ("POST", "/api/v1/statuses"):
                    return self.reply(*fake.take_status(account, self.headers, json.loads(body)))
                return self.reply(404, {"error": "Record not found"})

            do_GET = do_POST = do_PATCH = handle_one

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take_media(self, headers, body):
        message = email.parser.BytesParser().parsebytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\r\n\r\n" + body)
        parts = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in message.get_payload()}
        description = parts["description"].decode()
        if len(description) > 1500:
            return 422, {"error": "Validation failed: Description is too long"}
        media = {"id": str(len(self.media) + 1), "bytes": parts["file"], "description": description, "polls": 0}
        self.media[media["id"]] = media
        return 202, {"id": media["id"], "url": None, "description": description}

    def take_status(self, account, headers, body):
        key = (account["id"], headers.get("Idempotency-Key"))
        if key[1] and key in self.keys and not self.forgets_keys:
            return 200, self.keys[key]
        chosen = [self.media.get(i) for i in body["media_ids"]]
        if not all(chosen) or any(media["polls"] < 2 for media in chosen):
            return 422, {"error": "Cannot attach files that have not finished processing"}
        number = len(self.statuses) + 1
        status = {"id": str(number), "account": account["id"], "url": f"{self.address}/@bot/{number}", "language": body.get("language"),
                  "created_at": datetime.datetime.fromtimestamp(SLOT + 65, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                  "content": "<p>" + html.escape(body["status"]) + "</p>",
                  "media_attachments": [{"id": media["id"], "description": media["description"]} for media in chosen]}
        self.statuses.append(status)
        self.keys[key] = status
        return 200, status


class Tests:
    def __init__(self, probe, picture, folder):
        self.probe, self.picture, self.folder = probe, picture, folder
        self.fake, self.tokens = FakeMastodon(), 0

    def mastodon(self, name, **config):
        self.tokens += 1
        token = f"token-{self.tokens:04d}-kept"
        bot = BotFolder(self.folder, "mastodon-" + name, self.probe, self.picture, token, service="mastodon",
                        **{"server": self.fake.address, **config})
        bot.token = token
        return bot

    def count_statuses(self, bot):
        account = self.fake.accounts.get(bot.token, {"id": None})["id"]
        return sum(status["account"] == account for status in self.fake.statuses)

    def test_mastodon(self):
        bot = self.mastodon("post")
        status, answer = bot.probe("due", now=SLOT + 60)
        check(status == 0 and self.count_statuses(bot) == 1, answer)
        post = self.fake.statuses[-1]
        media = self.fake.media[post["media_attachments"][0]["id"]]
        check(media["bytes"] == pathlib.Path(self.picture).read_bytes(), "the picture arrived other than it went")
        check("A hill under a gray sky." in media["description"] and post["language"] == "sco", "description or language")
        check(answer["uri"] == post["url"] and self.fake.accounts[bot.token]["bot"], "address or the bot's mark")
        bot.no_secret_kept()

    def test_mastodon_trouble(self):
        for name, part, action in (("lost", "statuses", "lose"), ("upload", "media", "die"), ("500", "v1/statuses", (500, b"{}", {})),
                                   ("429", "v2/media", (429, b"{}", {"X-RateLimit-Reset": "2027-01-15T20:02:00.000Z"}))):
            proxy = Proxy(self.fake.address)
            bot = self.mastodon(name, server=proxy.address)
            proxy.spoil(part, action)
            status, answer = bot.probe("due", now=SLOT + 60)
            for again in (90, 120):
                status, answer = bot.probe("due", now=SLOT + again)
            check(status == 0 and self.count_statuses(bot) == 1, f"{name}: {answer}")
        bot = self.mastodon("wrong")
        (bot.path / "password").write_text("no good\n")
        status, answer = bot.probe("due", now=SLOT + 60)
        check(status == 4 and "access token" in answer, answer)

    def test_mastodon_kills(self):
        harness.kill_at_every_step(self.mastodon, self.count_statuses, log)
        self.fake.forgets_keys = True
        harness.kill_at_every_step(lambda name: self.mastodon("later-" + name), self.count_statuses, log)
        harness.kill_at_random(self.mastodon, self.count_statuses, log, random.Random(14))
        check(all(a["description"].strip() for s in self.fake.statuses for a in s["media_attachments"]), "no description")

    def folder_bot(self, name):
        return BotFolder(self.folder, "folder-" + name, self.probe, self.picture, service="folder")

    def count_files(self, bot):
        return len(list((bot.path / "posts").glob("*.json")))

    def test_folder(self):
        bot = self.folder_bot("posts")
        for slot in range(3):
            status, answer = bot.probe("due", now=SLOT + slot * 28800 + 60)
            check(status == 0, answer)
        feed = xml.etree.ElementTree.parse(bot.path / "posts/feed.xml").getroot().find("channel")
        items = feed.findall("item")
        check(self.count_files(bot) == 3 and len(items) == 3, "three posts")
        for item in items:
            record = json.loads((bot.path / "posts" / (item.find("guid").text + ".json")).read_text())
            check(record["alt"] in html.unescape(item.find("description").text), "alt text in the feed")
            date = item.find("pubDate").text
            check(email.utils.format_datetime(email.utils.parsedate_to_datetime(date)) == date, f"{date} is a date as RFC 822 writes it")
            picture = bot.path / "posts" / item.find("enclosure").get("url")
            check(picture.read_bytes() == pathlib.Path(self.picture).read_bytes(), "picture")
        check(bot.probe("due", now=SLOT + 3 * 28800 - 60)[0] == 0 and self.count_files(bot) == 3, "a slot was served twice")
        # Three hours late is too late, by the grace of two.
        check(bot.probe("due", now=SLOT + 3 * 28800 + 3 * 3600)[0] == 0 and self.count_files(bot) == 3, "posted too late")

    def test_folder_kills(self):
        harness.kill_at_every_step(self.folder_bot, self.count_files, log)
        harness.kill_at_random(self.folder_bot, self.count_files, log, random.Random(15))


def main():
    probe, picture, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    tests, failed = Tests(probe, picture, folder), []
    for name in [n for n in dir(tests) if n.startswith("test_")]:
        try:
            getattr(tests, name)()
            log(f"ok    {name}")
        except Failure as failure:
            failed.append(name)
            log(f"FAIL  {name}: {failure}")
    sys.exit(1 if failed else 0)


main()
