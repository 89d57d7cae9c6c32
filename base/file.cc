// Whole files in and out: reading says what failed and where; writing appears by rename or not at all.
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

std::string reason() { return std::strerror(errno); }

void write_all(int descriptor, std::string_view bytes, const fs::path& path) {
    while (!bytes.empty()) {
        ssize_t n = ::write(descriptor, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error(path.string(), "cannot be written: " + reason());
        bytes.remove_prefix(static_cast<size_t>(n));
    }
    if (::fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS)
        throw Error(path.string(), "cannot be written to the disk: " + reason());
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
    std::error_code code;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
    if (fs::is_directory(path, code)) throw Error(path.string(), "is a folder; expected a file name");
    std::string beside = path.string() + ".XXXXXX";
    int descriptor = ::mkstemp(beside.data());
    if (descriptor < 0) throw Error(path.string(), "cannot be written: " + reason());
    try {
        ::fchmod(descriptor, 0644);
        write_all(descriptor, bytes, path);
        int closed = ::close(descriptor);
        descriptor = -1;
        if (closed != 0) throw Error(path.string(), "cannot be written: " + reason());
        if (std::rename(beside.c_str(), path.c_str()) != 0)
            throw Error(path.string(), "cannot be put in place: " + reason());
    } catch (...) {
        if (descriptor >= 0) ::close(descriptor);
        ::unlink(beside.c_str());
        throw;
    }
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
        throw Error("sha256", "the cryptographic library has no SHA-256");
    static const char digits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned i = 0; i < size; i++) {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

}  // namespace quillet
