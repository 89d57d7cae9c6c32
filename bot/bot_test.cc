// Filters, store, configuration and checks of the bot, without a network.
// SPDX-License-Identifier: MIT
#include "bot/bot.h"

#include <gtest/gtest.h>

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
    EXPECT_NO_THROW(check_item(item, 300, 3000, 2000, 1000000));
    auto refused = [&](auto change) {
        QueueItem bad = item;
        change(bad);
        EXPECT_THROW(check_item(bad, 300, 3000, 2000, 1000000), ServiceError);
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
    EXPECT_NO_THROW(check_item(item, 300, 3000, 2000, 1000000));
    EXPECT_THROW(check_item(item, 300, 599, 2000, 1000000), ServiceError);
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
