// Lines of a character n-gram model, counted by the suffix array.
// SPDX-License-Identifier: MIT
#include "study/ngram_text.h"

#include <map>

#include "base/utf8.h"

namespace quillet::study {
namespace {

class NgramWriter {
  public:
    NgramWriter(const SuffixArray& text, int context, uint32_t seed)
        : text_(text), context_(static_cast<size_t>(context)), draws_(seed) {}

    std::string line(size_t longest) {
        std::vector<uint32_t> before{0};  // the end of the line before
        std::u32string line;
        while (line.size() < longest) {
            const uint32_t next = draw(before);
            if (next == 0) break;
            line += static_cast<char32_t>(next);
            before.push_back(next);
            if (before.size() > context_) before.erase(before.begin());
        }
        return encode_utf8(line);
    }

  private:
    // What follows a context: how often, and how many different characters.
    struct Followers {
        SuffixArray::Range range;
        double types = 0;
    };

    const Followers& followers(const std::vector<uint32_t>& context) {
        const auto [found, added] = known_.try_emplace(context);
        if (!added) return found->second;
        Followers& result = found->second;
        result.range = text_.range(context);
        for (size_t i = result.range.first; i < result.range.last;) {
            const size_t place = text_.order()[i] + context.size();
            if (place >= text_.text().size()) {
                result.range.first = ++i;  // nothing follows the text's end
                continue;
            }
            result.types++;
            i = text_.narrowed({i, result.range.last}, context.size(), text_.text()[place]).last;
        }
        return result;
    }

    // With N occurrences of a context and T different characters after it, the context decides
    // with probability N / (N + T), else the one a character shorter.
    uint32_t draw(std::vector<uint32_t> context) {
        for (;;) {
            const Followers& of = followers(context);
            const auto count = static_cast<double>(of.range.last - of.range.first);
            if (count > 0 && (context.empty() || draws_.uniform() * (count + of.types) < count)) {
                const uint32_t which = draws_.below(static_cast<uint32_t>(count));
                return text_.text()[text_.order()[of.range.first + which] + context.size()];
            }
            if (context.empty()) return 0;
            context.erase(context.begin());
        }
    }

    const SuffixArray& text_;
    size_t context_;
    Draws draws_;
    std::map<std::vector<uint32_t>, Followers> known_;
};

}  // namespace

std::vector<std::string> ngram_lines(const TrainingText& training, int context, size_t count,
                                     size_t longest, uint32_t seed) {
    NgramWriter writer(training.characters(), context, seed);
    std::vector<std::string> lines;
    for (size_t i = 0; i < count; i++) lines.push_back(writer.line(longest));
    return lines;
}

}  // namespace quillet::study
