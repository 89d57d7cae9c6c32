// Base64 by RFC 4648's own vectors, every byte, and what is none.
// SPDX-License-Identifier: MIT
#include "base/base64.h"

#include <gtest/gtest.h>

namespace quillet {
namespace {

TEST(Base64, IsRfc4648s) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (auto [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes);
    }
    EXPECT_EQ(from_base64("Zg"), "f");
    std::string all;
    for (int i = 0; i < 256; i++) all += static_cast<char>(i);
    EXPECT_EQ(from_base64(to_base64(all)), all);
}

TEST(Base64, RefusesWhatIsNone) {
    for (const char* text : {"Z", "Zg=x", "Zm 9v", "Zm9v\n", "====", "Zm9vZ"})
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace quillet
