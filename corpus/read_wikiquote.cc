// The readers of Wikiquote: XML dumps on many threads, and bare .wikitext pages.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <exception>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"
#include "corpus/dump.h"
#include "corpus/ordered_pool.h"
#include "corpus/readers.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

constexpr const char* kLicence = "CC BY-SA (4.0; dumps from before June 2023: 3.0) and GFDL";

// A chunk's items, as far as it could be read.
struct ChunkResult {
    Batch batch;
    std::exception_ptr failure;
};

ChunkResult read_chunk(const DumpChunk& chunk, const DumpHeader& header, const std::string& name,
                       const ReadOptions& options) {
    ChunkResult result;
    Batch& batch = result.batch;
    try {
        scan_pages(chunk, header, name, [&](DumpPage& page) {
            if (page.redirect) return batch.notes.add("pages: redirects, skipped", "");
            if (page.ns != 0)
                return batch.notes.add("pages: other namespaces, skipped", page.title);
            quotes_of_page(page.title, page.text, options, batch.items, batch.notes);
        });
    } catch (const Error&) {
        result.failure = std::current_exception();
    }
    return result;
}

}  // namespace

void read_wikiquote(Input& input, const ReadOptions& options, Consumer& consumer,
                    InputFacts& facts) {
    DumpReader dump(input);
    facts.source =
        dump.header().sitename + (dump.header().base.empty() ? "" : ", " + dump.header().base);
    facts.licence = kLicence;
    std::string name = input.name() + (input.compressed() ? " (decompressed)" : "");
    OrderedPool<DumpChunk, ChunkResult> pool(options.threads, [&](DumpChunk&& chunk) {
        ChunkResult result = read_chunk(chunk, dump.header(), name, options);
        consumer.work(result.batch);
        return result;
    });
    std::exception_ptr failure;  // of the dump after the chunks under way
    for (bool more = true; more || !pool.empty();) {
        while (more && !pool.full()) {
            DumpChunk chunk;
            try {
                more = dump.next(chunk);
            } catch (const Error&) {
                failure = std::current_exception();
                more = false;
            }
            if (more) pool.submit(std::move(chunk));
        }
        if (pool.empty()) continue;
        ChunkResult result = pool.take();
        consumer.take(std::move(result.batch));
        if (result.failure) std::rethrow_exception(result.failure);
    }
    if (failure) std::rethrow_exception(failure);
    if (dump.unfinished())
        facts.warning =
            "the dump ends without </mediawiki>: all its pages are whole, but there may have been "
            "more";
}

void read_wikitext(Input& input, const ReadOptions& options, Consumer& consumer,
                   InputFacts& facts) {
    std::string text(kLongestPage + 1, '\0');
    size_t size = 0, n;
    while (size < text.size() && (n = input.read(text.data() + size, text.size() - size)) > 0)
        size += n;
    if (size > kLongestPage)
        throw Error(input.name(), "is longer than 64 MiB; a page of wikitext is not");
    text.resize(size);
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    decode_utf8(text, input.name());
    std::string title = std::filesystem::path(input.name()).filename().string();
    for (const char* ending : {".bz2", ".wikitext", ".wiki", ".mediawiki"})
        if (title.ends_with(ending)) title.erase(title.size() - std::string_view(ending).size());
    std::replace(title.begin(), title.end(), '_', ' ');
    facts.source = "Wikiquote, " + title;
    facts.licence = kLicence;
    Batch batch;
    quotes_of_page(title, text, options, batch.items, batch.notes);
    consumer.work(batch);
    consumer.take(std::move(batch));
}

}  // namespace quillet
