// The suffix array beside a search by brute force.
// SPDX-License-Identifier: MIT
#include "study/suffix_array.h"

#include <gtest/gtest.h>

#include <random>

namespace quillet::study {
namespace {

std::vector<uint32_t> symbols(const char* text) {
    return {text, text + std::char_traits<char>::length(text)};
}

size_t counted(const std::vector<uint32_t>& text, std::span<const uint32_t> query) {
    size_t count = 0;
    for (size_t i = 0; i + query.size() <= text.size(); i++)
        count += std::equal(query.begin(), query.end(), text.begin() + static_cast<ptrdiff_t>(i));
    return count;
}

void expect_sorted(const SuffixArray& array) {
    const auto& text = array.text();
    for (size_t i = 1; i < array.order().size(); i++) {
        const auto a = text.begin() + array.order()[i - 1], b = text.begin() + array.order()[i];
        ASSERT_TRUE(std::lexicographical_compare(a, text.end(), b, text.end())) << i;
    }
}

TEST(SuffixArray, SortsTextsOfEveryKind) {
    for (const char* text : {"", "a", "banana", "aaaaaaaaaaaaaaaaaaaaa", "abababababab", "zyx"})
        expect_sorted(SuffixArray(symbols(text)));
    std::mt19937 random(1);
    for (unsigned alphabet : {2u, 3u, 60u})
        for (size_t size : {10u, 500u}) {
            std::vector<uint32_t> text(size);
            for (uint32_t& symbol : text) symbol = random() % alphabet;
            expect_sorted(SuffixArray(text));
        }
}

TEST(SuffixArray, FindsAndCounts) {
    std::mt19937 random(2);
    std::vector<uint32_t> text(400);
    for (uint32_t& symbol : text) symbol = random() % 3;
    const SuffixArray array(text);
    for (int i = 0; i < 500; i++) {
        std::vector<uint32_t> query(1 + random() % 12);
        for (uint32_t& symbol : query) symbol = random() % 4;
        const SuffixArray::Range found = array.range(query);
        EXPECT_EQ(found.last - found.first, counted(text, query));
        const auto match = array.longest_match(query);
        const auto longest = std::span(query).first(match.length);
        EXPECT_TRUE(match.length == 0 || counted(text, longest) > 0);
        EXPECT_TRUE(std::equal(longest.begin(), longest.end(), text.begin() + match.place));
        if (match.length < query.size()) {
            EXPECT_EQ(counted(text, std::span(query).first(match.length + 1)), 0u);
        }
    }
    EXPECT_EQ(array.range({}).first, 0u);
    EXPECT_EQ(array.range({}).last, text.size());
}

}  // namespace
}  // namespace quillet::study
