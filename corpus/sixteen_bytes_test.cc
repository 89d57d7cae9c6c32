// What is found sixteen bytes at a time is what is found one by one.
// SPDX-License-Identifier: MIT
#include "corpus/sixteen_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "corpus/dump.h"
#include "corpus/fold.h"

namespace quillet {
namespace {

SixteenBytes mark(SixteenBytes bytes) {
    return (bytes == '&') | (bytes >= 0x80) | ((bytes < ' ') & (bytes != '\n'));
}

bool is_marked(char c) {
    unsigned char byte = static_cast<unsigned char>(c);
    return byte == '&' || byte >= 0x80 || (byte < ' ' && byte != '\n');
}

TEST(SixteenBytes, every_byte_in_every_place) {
    for (size_t place = 0; place < 16; place++)
        for (unsigned value = 0; value < 256; value++) {
            std::string text(16, 'a');
            text[place] = static_cast<char>(value);
            EXPECT_EQ(find_marked(text, 0, mark), is_marked(text[place]) ? place : 16) << value;
        }
}

TEST(SixteenBytes, texts_of_all_lengths_from_everywhere) {
    std::mt19937 random(11);
    for (size_t size = 0; size < 70; size++)
        for (int round = 0; round < 20; round++) {
            std::string text(size, 'a');
            for (char& c : text)
                if (random() % 12 == 0) c = static_cast<char>(random());
            for (size_t from = 0; from <= size; from++) {
                size_t expected = from;
                while (expected < size && !is_marked(text[expected])) expected++;
                EXPECT_EQ(find_marked(text, from, mark), expected) << size << " from " << from;
            }
        }
}

TEST(SixteenBytes, sets_of_characters_have_what_they_have) {
    const std::string all = "abcdefghijklmnopqrstuvwxyz ABC.";
    for (const char* name : {"ascii", "prose", "xyz", " !\"#"}) {
        CharacterSet set = character_set(name);
        for (size_t size = 0; size <= all.size(); size++)
            for (unsigned value = 0; value < 256; value++) {
                std::string text = all.substr(0, size) + static_cast<char>(value);
                bool expected = value < 128;
                for (char c : text) expected = expected && set.has(static_cast<unsigned char>(c));
                EXPECT_EQ(set.has_all(text), expected) << name << ": " << text;
            }
    }
}

// Where the first thing wrong is, and what is before it, whatever stands around.
TEST(SixteenBytes, character_data_is_decoded_at_every_place) {
    for (size_t before = 0; before < 40; before++)
        for (size_t after : {0, 1, 17}) {
            const std::string head(before, 'x'), tail(after, 'y');
            for (const char* good :
                 {"&amp;", "&#233;", "\xC3\xA9", "\n", "\t\r", "\xE2\x80\x94&lt;"}) {
                std::string text = "left";
                EXPECT_EQ(append_decoded(head + good + tail, text), std::string::npos) << good;
                std::string_view decoded =
                    std::string_view(good).starts_with('&') ? (good[1] == 'a' ? "&" : "\xC3\xA9")
                    : std::string_view(good).ends_with(';') ? "\xE2\x80\x94<"
                                                            : std::string_view(good);
                EXPECT_EQ(text, "left" + head + std::string(decoded) + tail);
            }
            for (const char* bad : {"&none;", "&", "\x01", "\xC3", "\xFF", "\xEF\xBF\xBF"}) {
                std::string text;
                EXPECT_EQ(append_decoded(head + "\xC3\xA9" + bad + tail, text), before + 2) << bad;
            }
        }
}

// bare_form() by its contract.
std::string bare_one_by_one(const std::string& text) {
    std::string bare;
    bool space = false;
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (c == '\xC3') {  // of é
            c = 'e';
            i++;
        }
        if (c == '\'') continue;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter && space && !bare.empty()) bare += ' ';
        if (letter) bare += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        space = !letter || (space && !letter);
    }
    return bare;
}

TEST(SixteenBytes, bare_form_of_words_of_all_lengths) {
    std::mt19937 random(7);
    static const char* kPieces[] = {
        "a", "Zebra", "Incomprehensible", "9", "'", "to be or not to be", " ", ", ", "é", "-"};
    std::string bare = "left from before";
    for (int round = 0; round < 3000; round++) {
        std::string text;
        for (size_t n = random() % 20; n > 0; n--) text += kPieces[random() % std::size(kPieces)];
        bare_form(text, bare);
        EXPECT_EQ(bare, bare_one_by_one(text)) << text;
    }
}

TEST(SixteenBytes, counts_of_texts_of_all_lengths) {
    std::mt19937 random(13);
    for (size_t size : {0, 1, 15, 16, 17, 100, 4079, 4080, 4081, 9000})
        for (unsigned one_in : {1u, 2u, 40u}) {
            std::string text(size, 'a');
            for (char& c : text)
                if (random() % one_in == 0) c = '&';
            EXPECT_EQ(count_marked(text, mark),
                      static_cast<size_t>(std::count(text.begin(), text.end(), '&')))
                << size;
        }
}

}  // namespace
}  // namespace quillet
