// Whole files in and out: reading says what failed and where; writing appears by rename or not at
// all.
// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBuffer = 1 << 17;

std::string reason() {
    return std::strerror(errno);
}

void write_all(int descriptor, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error(path.string(), "cannot be written: " + reason());
        bytes.remove_prefix(static_cast<size_t>(n));
    }
}

}  // namespace

std::string read_file(const fs::path& path) {
    std::error_code code;
    if (fs::is_directory(path, code)) throw Error(path.string(), "is a folder; expected a file");
    int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw Error(path.string(), "cannot be opened: " + reason());
    std::string bytes;
    std::array<char, 1 << 16> block;
    ssize_t n;
    while ((n = ::read(descriptor, block.data(), block.size())) != 0) {
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        bytes.append(block.data(), static_cast<size_t>(n));
    }
    std::string failure = n < 0 ? reason() : "";
    ::close(descriptor);
    if (n < 0) throw Error(path.string(), "cannot be read: " + failure);
    return bytes;
}

void write_file(const fs::path& path, std::string_view bytes) {
    OutputFile file(path);
    file.write(bytes);
    file.commit();
}

OutputFile::OutputFile(const fs::path& path) : path_(path) {
    std::error_code code;
    // Where standard output is a file, others may have written there: it is never replaced.
    if (path == "/dev/stdout") {
        std::fflush(stdout);
        descriptor_ = ::dup(STDOUT_FILENO);
        if (descriptor_ < 0) throw Error(path.string(), "cannot be written: " + reason());
        return;
    }
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
    if (fs::is_directory(path, code))
        throw Error(path.string(), "is a folder; expected a file name");
    if (fs::is_symlink(path, code)) {
        fs::path target = fs::canonical(path, code);
        if (!code) path_ = target;
    }
    if (fs::exists(path, code) && !fs::is_regular_file(path, code)) {
        descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        beside_ = path_.string() + ".XXXXXX";
        descriptor_ = ::mkstemp(beside_.data());
        if (descriptor_ >= 0) ::fchmod(descriptor_, 0644);
    }
    if (descriptor_ < 0) {
        beside_.clear();
        throw Error(path.string(), "cannot be written: " + reason());
    }
}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!beside_.empty()) ::unlink(beside_.c_str());
}

void OutputFile::write(std::string_view bytes) {
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) flush();
}

void OutputFile::flush() {
    write_all(descriptor_, buffer_, path_);
    buffer_.clear();
}

void OutputFile::finish() {
    if (descriptor_ < 0) return;
    flush();
    if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
        throw Error(path_.string(), "cannot be written to the disk: " + reason());
    int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) throw Error(path_.string(), "cannot be written: " + reason());
}

void OutputFile::commit() {
    finish();
    if (beside_.empty()) return;
    if (std::rename(beside_.c_str(), path_.c_str()) != 0)
        throw Error(path_.string(), "cannot be put in place: " + reason());
    beside_.clear();
}

struct Sha256::Context {
    EVP_MD_CTX* md = EVP_MD_CTX_new();
    ~Context() { EVP_MD_CTX_free(md); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    if (EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr) != 1)
        throw Error("sha256", "the cryptographic library has no SHA-256");
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
    EVP_DigestUpdate(context_->md, bytes.data(), bytes.size());
}

std::string Sha256::hex() const {
    Context copy;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    EVP_MD_CTX_copy_ex(copy.md, context_->md);
    EVP_DigestFinal_ex(copy.md, digest.data(), &size);
    static const char digits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < size; i++) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.hex();
}

}  // namespace quillet
