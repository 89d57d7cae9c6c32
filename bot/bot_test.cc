// Filters, store, configuration and checks of the bot, without a network.
// SPDX-License-Identifier: MIT
#include "bot/bot.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"
#include "bot/filter.h"
#include "bot/http.h"

namespace quillet {
namespace {

QueueItem item_with(const std::string& key) {
    QueueItem item;
    item.key = key;
    item.text = "A toom pouch maks a dowie lad.";
    item.photograph = "hill.jpg";
    item.alt = "alt";
    item.picture = "jpeg";
    item.width = 3;
    item.height = 2;
    item.state = "waiting";
    return item;
}

testing::AssertionResult has(const std::string& text, const std::string& part) {
    if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "\"" << text << "\" lacks \"" << part << "\"";
}

TEST(Filter, SaysWhy) {
    Filter filter(15, 60);
    filter.refuse_words("# comment\nturk\nBeat his wife # a phrase\n");
    filter.refuse_lines({"A gaun fit is aye getting, were it but a thorn."});
    EXPECT_EQ(filter.complaint("A toom pouch maks a dowie lad."), "");
    EXPECT_EQ(filter.complaint("Too short."), "is too short");
    EXPECT_EQ(filter.complaint(std::string(61, 'a')), "is too long");
    EXPECT_EQ(filter.complaint("He that beat his wife was hanged."), "has \"beat his wife\"");
    EXPECT_EQ(filter.complaint("A Turk, or two, came by."), "has \"turk\"");
    EXPECT_EQ(filter.complaint("A turkey is a bird indeed."), "");
    EXPECT_EQ(filter.complaint("He that has has the most of it."), "has \"has\" twice in a row");
    EXPECT_EQ(filter.complaint("He that has no end of it and"), "has no end of a sentence");
    EXPECT_EQ(filter.complaint("A gaun fit is aye getting were it but a thorn!"), "is known");
    EXPECT_EQ(filter.complaint("A gaun fit is aye getting, were it but thorns.").substr(0, 7),
              "is near");
    EXPECT_EQ(filter.complaint("\xff\xfe is no text at all."), "is not UTF-8");
}

// A mark's shape, accents and the byte order mark before a file's first word let no line through.
TEST(Filter, KnowsAWordInEveryShape) {
    const auto stops = [](const std::string& words, const std::string& line) {
        Filter filter(5, 100);
        filter.refuse_words(words);
        return !filter.complaint(line).empty();
    };
    const char* shapes[] = {"Ne'er", "Ne\u2019er", "ne\u2018er", "NE\u02BCER"};
    for (const std::string word : shapes)
        for (const std::string line : shapes)
            EXPECT_TRUE(stops(word + "\n", line + " do it again.")) << word << " " << line;
    EXPECT_TRUE(stops("\xEF\xBB\xBFspeak\nother\n", "They speak of it."));
    EXPECT_TRUE(stops("turk\r\nspeak\r\n", "They speak of it."));
    EXPECT_TRUE(stops("# old Macintosh\rturk\rspeak\r", "They speak of it."));
    EXPECT_TRUE(stops("turk\n", "\u201CTurk\u201D he said."));
    EXPECT_TRUE(stops("turk\n", "A man\u2014Turk\u2014came by."));
    EXPECT_TRUE(stops("touch\u00E9\n", "It was TOUCH\u00C9 again."));
    EXPECT_FALSE(stops("ne\u2019er\n", "A nerd did it."));
}

// No line is written without the filter that was asked for.
TEST(Filter, FilesThatCannotBeReadAreTold) {
    TemporaryFolder folder;
    BotConfig config;
    config.folder = folder.path();
    const auto complaint = [&](const char* name, const std::string& bytes) -> std::string {
        if (!bytes.empty()) write_file(folder.path() / name, bytes);
        config.words_file = name;
        try {
            filter_of(config);
        } catch (const Error& error) {
            return error.where() + ": " + error.what();
        }
        return "";
    };
    EXPECT_TRUE(has(complaint("gone.txt", ""), "gone.txt: is missing, the \"words_file\""));
    EXPECT_TRUE(has(complaint("16.txt", std::string("\xFF\xFEs\0p\0\n\0", 8)), "is UTF-16"));
    EXPECT_TRUE(has(complaint("16b.txt", std::string("s\0p\0\n\0", 6)), "is not text"));
    EXPECT_TRUE(has(complaint("latin.txt", "good\n\nna\xEFve\n"), "latin.txt:3: is not UTF-8"));
    EXPECT_TRUE(has(complaint(".", ""), "folder"));
    EXPECT_EQ(complaint("mark.txt", "\xEF\xBB\xBFspeak\n"), "");
    EXPECT_EQ(filter_of(config).complaint("They did speak of it."), "has \"speak\"");
    EXPECT_EQ(complaint("", ""), "");  // none was asked for
    config.training_text = "gone.txt";
    EXPECT_TRUE(has(complaint("", ""), "gone.txt: is missing, the \"training_text\""));
}

TEST(Store, KeepsNoItemWithoutAltTextAndNoKeyTwice) {
    TemporaryFolder folder;
    Store store(folder.path() / "bot.sqlite");
    QueueItem item = item_with("a");
    for (const char* alt : {"", "   "}) {
        item.alt = alt;
        EXPECT_THROW(store.add(item), Error);
    }
    store.add(item_with("a"));
    EXPECT_THROW(store.add(item_with("a")), Error);
    EXPECT_EQ(store.count("waiting"), 1);
    EXPECT_THROW(Store(folder.path() / "bot.sqlite"), Error);  // held
}

TEST(Store, AnItemGoesItsWayAndASlotHasOne) {
    TemporaryFolder folder;
    {
        Store store(folder.path() / "bot.sqlite");
        int64_t first = store.add(item_with("a")), second = store.add(item_with("b"));
        EXPECT_FALSE(store.move(first, "approved failed", "rejected"));
        EXPECT_TRUE(store.move(first, "waiting rejected", "approved"));
        store.begin_posting(first, 5, 100);
        EXPECT_THROW(store.begin_posting(second, 6, 100), Error);
        EXPECT_FALSE(store.move(first, "waiting approved", "rejected"));
    }
    Store store(folder.path() / "bot.sqlite");  // as after a crash
    ASSERT_TRUE(store.oldest("posting"));
    EXPECT_EQ(store.oldest("posting")->picture, "jpeg");
    store.finish_posting(1, "at://x");
    EXPECT_EQ(store.of_slot(100)->uri, "at://x");
    store.log(0, "done");
    EXPECT_EQ(store.last_events(3), std::vector<std::string>{"1970-01-01T00:00:00.000Z  done"});
}

TEST(Services, RefuseWhatIsEmptyLongOrLarge) {
    QueueItem item = item_with("a");
    EXPECT_NO_THROW(check_item(item, {300, 3000, 2000, 1000000}));
    auto refused = [&](auto change) {
        QueueItem bad = item;
        change(bad);
        EXPECT_THROW(check_item(bad, {300, 3000, 2000, 1000000}), ServiceError);
    };
    refused([](QueueItem& bad) { bad.alt = " \n"; });
    refused([](QueueItem& bad) { bad.alt = std::string(2001, 'a'); });
    refused([](QueueItem& bad) { bad.text = ""; });
    refused([](QueueItem& bad) { bad.text = std::string(301, 'a'); });
    refused([](QueueItem& bad) { bad.picture = ""; });
    refused([](QueueItem& bad) { bad.picture = std::string(1000001, 'a'); });
    std::string wide;
    for (int i = 0; i < 300; i++) wide += "\u00e9";
    item.text = wide;  // 300 characters of 600 bytes
    EXPECT_NO_THROW(check_item(item, {300, 3000, 2000, 1000000}));
    EXPECT_THROW(check_item(item, {300, 599, 2000, 1000000}), ServiceError);
}

TEST(Config, NamesWhatIsWrong) {
    TemporaryFolder folder;
    auto reads = [&](const std::string& json) {
        write_file(folder.path() / "bot.json", json);
        return read_config(folder.path());
    };
    EXPECT_EQ(reads(first_config({})).schedule.first_minute, 720);
    EXPECT_EQ(reads("{\"languages\": [\"sco\", \"en\"]}").languages.size(), 2u);
    for (const char* bad : {"[]", "{\"languges\": []}", "{\"every_hours\": 7}",
                            "{\"candidates\": 0}", "{\"first\": 12}", "{\"languages\": [1]}",
                            "{\"time_zone\": \"Mars\"}", "{\"automatic\": \"yes\"}", "{"})
        EXPECT_THROW(reads(bad), Error) << bad;
}

// Each message names bot.json, and the member or the line.
TEST(Config, ChecksEverySettingWhereItIsRead) {
    TemporaryFolder folder;
    const auto complaint = [&](const std::string& json) -> std::string {
        write_file(folder.path() / "bot.json", json);
        try {
            read_config(folder.path());
        } catch (const Error& error) {
            return error.where().substr(folder.path().string().size() + 1) + ": " + error.what();
        }
        return "";
    };
    const std::string mastodon = "{\"service\": \"mastodon\", \"server\": ",
                      bluesky = "{\"service\": \"bluesky\", \"account\": ";
    const std::pair<std::string, const char*> cases[] = {
        {"{\"service\": \"foo\"}", "bot.json: \"service\": is 'foo'; expected bluesky"},
        {"{\"service\": \"mastodon\"}", "bot.json: \"server\": is empty; expected https://"},
        {mastodon + "\"example.org\"}", "bot.json: \"server\": is 'example.org'"},
        {mastodon + "\"http://example.org\"}", "bot.json: \"server\": is 'http"},
        {mastodon + "\"https://\"}", "bot.json: \"server\": is 'https"},
        {"{\"service\": \"bluesky\"}", "bot.json: \"account\": is empty; expected a handle"},
        {bluesky + "\"@you.bsky.social\"}", "bot.json: \"account\": is '@you"},
        {bluesky + "\"a.b\", \"directory\": \"plc\"}", "bot.json: \"directory\": is 'plc'"},
        {"{\"shortest\": 200, \"longest\": 100}", "bot.json: \"shortest\": is 200"},
        {"{\"shortest\": 200}", "bot.json: \"shortest\": is 200; expected no more"},
        {"{\"time_zone\": \"Mars\"}", "bot.json: \"time_zone\": is 'Mars'"},
        {"{\"every_hours\": 5}", "bot.json: \"every_hours\": is 5"},
        {"{\"first\": \"noon\"}", "bot.json: \"first\": is 'noon'"},
        {"{\"languages\": [\"\"]}", "bot.json: \"languages\": has ''"},
        {"{\n\"ahead\": 3\n\"tries\": 2\n}", "bot.json:3: is no JSON"},
        {"{\n\n", "bot.json:3: is no JSON"},
        {"{\"account\": \"\xFF\"}", "bot.json:1:14: byte 0xFF"},
        {"[]", "bot.json:1: is no JSON object"}};
    for (const auto& [json, message] : cases)
        EXPECT_EQ(complaint(json).substr(0, std::strlen(message)), message);
    for (const std::string& good :
         {mastodon + "\"https://example.org\"}", mastodon + "\"http://127.0.0.1:80\"}",
          bluesky + "\"did:plc:abc\"}", std::string("{} // a comment")})
        EXPECT_EQ(complaint(good), "");
}

TEST(Bot, KeysSortByTimeAndAreTids) {
    std::string early = tid_of(1700000000000000, 5), late = tid_of(1700000000000001, 0);
    EXPECT_EQ(early.size(), 13u);
    EXPECT_LT(early, late);
    EXPECT_EQ(early.find_first_not_of("234567abcdefghijklmnopqrstuvwxyz"), std::string::npos);
}

// Photographs take turns; none follows itself.
TEST(Bot, PhotographsTakeTurns) {
    TemporaryFolder folder;
    for (const char* name : {"a", "b", "c"}) {
        write_file(folder.path() / "photographs" / (std::string(name) + ".jpg"), "jpeg");
        write_file(folder.path() / "photographs" / (std::string(name) + ".txt"), "A hill.");
    }
    write_file(folder.path() / "photographs/without.jpg", "jpeg");
    write_file(folder.path() / "words.txt", "turk\n");
    BotConfig config;
    config.folder = folder.path();
    Host host = machine_host([](const std::string&) {});
    Maker maker;
    maker.line = [](uint32_t seed, uint32_t, int32_t) {
        return BotLine{"Number " + std::to_string(seed) + " is a good one.", 1};
    };
    maker.picture = [](const std::filesystem::path&, const std::string&) {
        return BotPicture{"jpeg", 3, 2};
    };
    Bot bot(config, host, maker);
    std::string order;
    for (int i = 0; i < 9; i++) {
        QueueItem item = bot.make_item();
        EXPECT_NE(item.alt.find("A hill."), std::string::npos);
        order += item.photograph.substr(0, 1);
        bot.keep(item);
    }
    EXPECT_EQ(order.substr(0, 3), order.substr(3, 3));
    for (char name : {'a', 'b', 'c'})
        EXPECT_EQ(std::count(order.begin(), order.end(), name), 3) << order;
    EXPECT_FALSE(bot.post_now());  // nothing is approved
}

// A photograph or a description that cannot be used is told once and keeps no other from its turn.
TEST(Bot, WhatIsBrokenIsPassedOver) {
    TemporaryFolder folder;
    const auto put = [&](const std::string& name, const std::string& description) {
        write_file(folder.path() / "photographs" / (name + ".jpg"), name);
        write_file(folder.path() / "photographs" / (name + ".txt"), description);
    };
    put("a", "Broken.");
    put("b", "A hill.\nThe sky is \xFF.");
    put("c",
        "\xEF\xBB\xBF"
        "A loch.");
    put("d", std::string(1101, 'x'));
    BotConfig config;
    config.folder = folder.path();
    config.words_file = "";
    std::vector<std::string> told;
    Host host = machine_host([&](const std::string& line) { told.push_back(line); });
    Maker maker;
    maker.line = [](uint32_t seed, uint32_t, int32_t) {
        return BotLine{"Number " + std::to_string(seed) + " is a good one.", 1};
    };
    maker.picture = [](const std::filesystem::path& file, const std::string&) {
        if (read_file(file) == "a") throw Error(file.string(), "is cut short");
        return BotPicture{"jpeg", 3, 2};
    };
    Bot bot(config, host, maker);
    for (int i = 0; i < 3; i++) {
        QueueItem item = bot.make_item();
        EXPECT_EQ(item.photograph, "c.jpg");
        EXPECT_NE(item.alt.find(": A loch."), std::string::npos) << item.alt;
        bot.keep(item);
    }
    std::sort(told.begin(), told.end());
    ASSERT_EQ(told.size(), 3u);
    EXPECT_TRUE(has(told[0], "a.jpg: is cut short; a.jpg is passed over"));
    EXPECT_TRUE(has(told[1], "b.txt:2:12: byte 0xFF"));
    EXPECT_TRUE(has(told[2], "d.txt: has 1101 bytes"));
    std::filesystem::remove(folder.path() / "photographs/c.jpg");
    EXPECT_THROW(bot.make_item(), Error);  // none is left
}

// Of the lines that pass the filters the one with the highest score, and none below the best so far
// is asked for in full.
TEST(Bot, KeepsTheBestLineThatPasses) {
    TemporaryFolder folder;
    write_file(folder.path() / "photographs/a.jpg", "jpeg");
    write_file(folder.path() / "photographs/a.txt", "A hill.");
    write_file(folder.path() / "words.txt", "turk\n");
    BotConfig config;
    config.folder = folder.path();
    config.candidates = 4;
    Host host = machine_host([](const std::string&) {});
    host.random = [] { return 100u; };
    const BotLine written[] = {{"The first is a fair line.", -300},
                               {"The Turk is the best line.", -10},
                               {"The third is a better line.", -200},
                               {"The fourth is a worse line.", -250}};
    std::vector<int32_t> least;
    Maker maker;
    maker.line = [&](uint32_t seed, uint32_t number, int32_t above) -> std::optional<BotLine> {
        least.push_back(above);
        EXPECT_EQ(seed, 100u);
        const BotLine& line = written[number];
        return line.score > above ? std::optional(line) : std::nullopt;
    };
    maker.picture = [](const std::filesystem::path&, const std::string&) {
        return BotPicture{"jpeg", 3, 2};
    };
    EXPECT_EQ(Bot(config, host, maker).make_item().text, written[2].text);
    EXPECT_EQ(std::vector<int32_t>(least.begin() + 1, least.end()),
              (std::vector<int32_t>{-300, -300, -200}));
}

TEST(Bot, TellsWhyNoLineMayBePosted) {
    TemporaryFolder folder;
    write_file(folder.path() / "photographs/a.jpg", "jpeg");
    write_file(folder.path() / "photographs/a.txt", "A hill.");
    BotConfig config;
    config.folder = folder.path();
    config.candidates = 4;
    config.words_file = "";
    uint32_t asked = 0;
    Maker maker;
    maker.line = [&](uint32_t, uint32_t number, int32_t) -> std::optional<BotLine> {
        EXPECT_EQ(number, asked++);
        if (asked > 1000) return BotLine{"It went on far too long.", 0};
        return BotLine{"It has no end and", 0};
    };
    try {
        Bot(config, machine_host([](const std::string&) {}), maker).make_item();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(asked, 32u);  // eight rounds
        EXPECT_TRUE(has(error.what(), "\"It has no end and\" has no end of a sentence"));
    }
}

TEST(Http, TrustsHttpsAndLoopbackAlone) {
    Host host = machine_host([](const std::string&) {});
    Http http(host);
    for (const char* url :
         {"http://example.org/x", "http://127.0.0.1.example.org/", "ftp://127.0.0.1/",
          "http://localhost.example.org/", "file:///etc/passwd", ""}) {
        HttpRequest request;
        request.url = url;
        EXPECT_THROW(http.send(request), ServiceError) << url;
    }
    EXPECT_EQ(origin_of("https://a.example:8/x?y"), "https://a.example:8");
}

}  // namespace
}  // namespace quillet
