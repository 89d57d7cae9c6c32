// Boards by name, pins moved, files of texts: what is taken and what is refused.
// SPDX-License-Identifier: MIT
#include "device/boards.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "device/collection.h"
#include "eink/panel.h"

namespace {

std::string refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const quillet::Error& error) {
        return error.where() + ": " + error.what();
    }
    return "";
}

std::string refused_pins(const std::string& pins, bool bridged = false,
                         const std::string& name = "pico") {
    quillet_board board = quillet::board_named(name);
    return refusal([&] { quillet::move_pins(board, pins, bridged); });
}

std::string refused_texts(const std::string& text) {
    const eink_style style = eink_panel_style(eink_panel_named("ssd1680-250x122"));
    return refusal([&] { quillet::Collection(text, "f", style); });
}

}  // namespace

TEST(Boards, HaveEveryPanelPinAndNoPinTwice) {
    for (int i = 0; i < quillet_board_count; i++) {
        quillet_board board = quillet::board_named(quillet_boards[i].name);
        EXPECT_EQ(refused_pins("", false, board.name), "");
        EXPECT_EQ(refused_pins("", true, board.name), "");
        for (int pin = 0; pin <= QUILLET_PIN_BUSY; pin++)
            EXPECT_GE(board.pins[pin], 0) << board.name;
        EXPECT_TRUE(!board.panel || eink_panel_named(board.panel)) << board.name;
    }
    EXPECT_NE(refusal([] { quillet::board_named("pico3"); }).find("there are pico, pico-w"),
              std::string::npos);
}

// As docs/panels.md has them from their makers. A pin that is missing here is none.
TEST(Boards, AreWiredAsTheirSchematicsAre) {
    std::string found;
    for (int i = 0; i < quillet_board_count; i++) {
        const quillet_board& board = quillet_boards[i];
        found += std::string(board.name) + (board.chip == QUILLET_RP2350 ? " rp2350" : " rp2040");
        for (int pin = 0; pin < QUILLET_PIN_COUNT; pin++)
            if (board.pins[pin] != QUILLET_NO_PIN)
                found += std::string(" ") + quillet_pin_names[pin] + "=" +
                         std::to_string(board.pins[pin]);
        found += ", button " + std::to_string(board.button_level) + ", reference " +
                 std::to_string(board.reference_mv) + " mV, supply/" +
                 std::to_string(board.supply_divisor) + ", inside " + std::to_string(board.inside) +
                 ", panel " + (board.panel ? board.panel : "none") + "\n";
    }
    EXPECT_EQ(found,
              "pico rp2040 cs=17 dc=20 reset=21 busy=26 six-hours=13 clicks=14 button=12 piezo=15 "
              "led=25 sck=18 mosi=19 sda=4 scl=5 log=0 supply=29, button 0, reference 0 mV, "
              "supply/3, inside 595591168, panel none\n"
              "pico-w rp2040 cs=17 dc=20 reset=21 busy=26 six-hours=13 clicks=14 button=12 "
              "piezo=15 sck=18 mosi=19 sda=4 scl=5 log=0 supply=29 supply-on=25 radio=23, button "
              "0, reference 0 mV, supply/3, inside 595591168, panel none\n"
              "badger2040 rp2040 cs=17 dc=20 reset=21 busy=26 button=12 led=25 sck=18 mosi=19 "
              "sda=4 scl=5 log=0 hold=10 supply=29 reference=28 reference-on=27, button 1, "
              "reference 1240 mV, supply/3, inside 0, panel uc8151-296x128\n"
              "waveshare-pico-epaper rp2040 cs=9 dc=8 reset=12 busy=13 six-hours=18 clicks=19 "
              "button=15 piezo=20 led=25 sck=10 mosi=11 sda=4 scl=5 log=0 supply=29, button 0, "
              "reference 0 mV, supply/3, inside 595591168, panel none\n"
              "pico2 rp2350 cs=17 dc=20 reset=21 busy=26 six-hours=13 clicks=14 button=12 piezo=15 "
              "led=25 sck=18 mosi=19 sda=4 scl=5 log=0 supply=29, button 0, reference 0 mV, "
              "supply/3, inside 595591168, panel none\n");
}

TEST(Boards, MovePinsWhereTheyCanBe) {
    quillet_board board = quillet::board_named("pico");
    quillet::move_pins(board, "busy=22,done=2,piezo=none,sck=10,mosi=11", false);
    EXPECT_EQ(board.pins[QUILLET_PIN_BUSY], 22);
    EXPECT_EQ(board.pins[QUILLET_PIN_DONE], 2);
    EXPECT_EQ(board.pins[QUILLET_PIN_PIEZO], QUILLET_NO_PIN);
    for (const auto& [pins, words] : std::initializer_list<std::pair<const char*, const char*>>{
             {"bussy=3", "no pin 'bussy'"},
             {"busy", "NAME=GPIO"},
             {"busy=30", "0 to 29"},
             {"busy=2x", "0 to 29"},
             {"busy=none", "the panel needs it"},
             {"busy=17", "both cs and busy"},
             {"sck=11", "an SPI clock"},
             {"sck=10", "two SPI ports"},
             {"log=1", "a UART output"},
             {"supply=2", "an ADC input"},
             {"led=24", "GPIO 24 is not led out"},
             {"done=25", "GPIO 25 is not led out"}}) {
        EXPECT_NE(refused_pins(pins).find(words), std::string::npos) << refused_pins(pins);
    }
    EXPECT_NE(refused_pins("sda=6", true).find("two I2C ports"), std::string::npos);
    EXPECT_EQ(refused_pins("led=25,button=2"), "");
    EXPECT_EQ(refused_pins("button=23", false, "badger2040"), "");  // its key "user"
    // The other bus's pins are free.
    EXPECT_EQ(refused_pins("log=4"), "");
    EXPECT_NE(refused_pins("log=4", true).find("both sda and log"), std::string::npos);
    EXPECT_EQ(refused_pins("button=17", true), "");
    EXPECT_NE(refused_pins("button=17").find("both cs and button"), std::string::npos);
}

TEST(Collections, ReadQuotesOrAClock) {
    const eink_style style = eink_panel_style(eink_panel_named("ssd1680-250x122"));
    const quillet::Collection texts("\n# mine\n A text. | Someone \r\nAnother.\n", "f", style);
    ASSERT_EQ(texts.collection().count, 2u);
    EXPECT_EQ(texts.text(0), "A text.");
    EXPECT_EQ(texts.author(0), "Someone");
    EXPECT_EQ(texts.text(1), "Another.");
    EXPECT_EQ(texts.author(1), "");
    const quillet::Collection marked(
        "\xEF\xBB\xBF"
        "07:05|With a mark.\r\n07:06|Without.|An\r\n",
        "f", style);
    EXPECT_EQ(quillet::Collection("A text.\rAnother.\r", "f", style).text(1), "Another.");
    EXPECT_TRUE(marked.collection().is_clock);
    EXPECT_EQ(marked.text(0), "With a mark.");
    EXPECT_EQ(marked.author(0), "");
    EXPECT_EQ(marked.author(1), "An");
    const quillet::Collection clock("12:30|b|B\n00:05|a|A\n12:30|c|C\n", "f", style, "12:30");
    EXPECT_EQ(clock.text(0), "a");
    // Sorted by time for the device, in the file's order for people.
    EXPECT_EQ(clock.of_file(0), 1u);
    EXPECT_EQ(clock.text(clock.of_file(1)), "a");
    EXPECT_EQ(clock.text(clock.of_file(2)), "c");
    EXPECT_EQ(texts.of_file(1), 1u);
    const quillet_collection& all = clock.collection();
    EXPECT_EQ(all.start_minute, 750);
    EXPECT_EQ(quillet_collection_minute(&all, 750, 4), 1u);
    EXPECT_EQ(quillet_collection_minute(&all, 751, 5), 2u);
    EXPECT_EQ(quillet_collection_minute(&all, 4, 5), 1u);  // yesterday's
    EXPECT_EQ(quillet_collection_next(&all, 5), 745u);
    EXPECT_EQ(quillet_collection_next(&all, 750), 695u);
}

TEST(Collections, SayWhichLineIsWrong) {
    for (const auto& [text, words] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "f: has no quotes"},
             {"# only\n", "f: has no quotes"},
             {"a|b\n\nc|d|e\n", "f:3: has too many fields"},
             {"12:00|a|b\nc|d\n", "f:2: has no time"},
             {"a|b\n12:00|c|d\n", "f:2: begins with a time"},
             {"24:00|a|b\n", "f:1: '24:00' is no time"},
             {"7:05|a\n", "f:1: '7:05' is no time; expected HH:MM"},
             {"12:00|a\n12:1|b\n", "f:2: '12:1' is no time"},
             {"12:00|\n", "f:1: there is no text"},
             {"a \xCE\xB1|b\n", "f:1: the font lacks"},
             {"|b\n", "f:1: there is no text"},
             {"\xFF|b\n", "f:1: not UTF-8"}}) {
        EXPECT_NE(refused_texts(text).find(words), std::string::npos) << refused_texts(text);
    }
    EXPECT_NE(refused_texts(std::string(500, 'a')).find("f:1: too long"), std::string::npos);
}
