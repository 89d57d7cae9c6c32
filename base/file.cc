// Whole files in and out: reading says what failed and where; writing appears by rename or not at
// all.
// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/lock.h"

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

// The number of the open file that `path` names (/dev/stdout, /dev/fd/3), or -1.
int descriptor_named(const fs::path& path) {
    if (path == "/dev/stdout") return STDOUT_FILENO;
    if (path == "/dev/stderr") return STDERR_FILENO;
    const fs::path folder = path.parent_path();
    if (folder != "/dev/fd" && folder != "/proc/self/fd") return -1;
    const std::string name = path.filename().string();
    if (name.empty() || name.size() > 4 ||
        name.find_first_not_of("0123456789") != std::string::npos)
        return -1;
    return std::stoi(name);
}

// Temporary files stand beside their target under its name and this, then a number.
constexpr std::string_view kTemporary = ".quillet-";

// "4711-0", as temporary files end: other files with the prefix are their owner's.
bool is_process_and_number(std::string_view ending) {
    const size_t dash = ending.find('-');
    auto is_number = [](std::string_view part) {
        return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return dash != std::string_view::npos && is_number(ending.substr(0, dash)) &&
           is_number(ending.substr(dash + 1));
}

// Removes temporary files for `path` whose writer was killed: a living one holds a lock on its own.
void remove_stale(const fs::path& path) {
    const std::string prefix = path.filename().string() + std::string(kTemporary);
    std::error_code code;
    fs::directory_iterator folder(path.has_parent_path() ? path.parent_path() : ".", code), end;
    for (; !code && folder != end; folder.increment(code)) {
        const std::string name = folder->path().filename().string();
        if (!name.starts_with(prefix) || !is_process_and_number(name.substr(prefix.size())))
            continue;
        const int found = open_stale(folder->path());
        if (found < 0) continue;
        ::unlink(folder->path().c_str());
        ::close(found);
    }
}

// A new file beside `path` in `name`, locked, with the mode of the file it will replace or else as
// the umask has it. Returns its descriptor, or -1 and errno.
int open_beside(const fs::path& path, std::string& name) {
    remove_stale(path);
    struct stat old;
    const bool replaces = ::stat(path.c_str(), &old) == 0;
    for (int i = 0; i < 100; i++) {
        name = path.string() + std::string(kTemporary) + std::to_string(::getpid()) + "-" +
               std::to_string(i);
        const int made =
            ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, replaces ? 0600 : 0666);
        if (made < 0 && errno == EEXIST) continue;
        if (made < 0) return -1;
        // Another writer's remove_stale() may have come between. Some file systems have no locks.
        if (!lock_named(made, name, LOCK_EX) && ::access(name.c_str(), F_OK) != 0) {
            ::close(made);
            continue;
        }
        if (replaces) ::fchmod(made, old.st_mode & 07777);
        return made;
    }
    return -1;
}

// So that the new name is on the disk too; not every file system can.
void sync_folder_of(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

// Why the folder of `path` cannot be made: a file has its name, or that of a folder above it; else
// `reason`.
std::string no_folder(const fs::path& path, const std::string& reason) {
    for (fs::path above = path.parent_path(); above.has_relative_path();
         above = above.parent_path()) {
        std::error_code code;
        if (fs::exists(above, code) && !fs::is_directory(above, code))
            return above.string() + " is a file; expected a folder";
    }
    return "its folder cannot be made: " + reason;
}

}  // namespace

std::string read_file(const fs::path& path) {
    std::error_code code;
    if (fs::is_directory(path, code)) throw Error(path.string(), "is a folder; expected a file");
    int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw Error(path.string(), "cannot be opened: " + reason() +
                                       (path == "-" ? "; standard input is /dev/stdin" : ""));
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
    if (path.empty()) throw Error("output", "has an empty name; expected a file name");
    if (!path.has_filename()) throw Error(path.string(), "is a folder; expected a file name");
    // Where standard output is a file, others may have written there: it is never replaced.
    if (const int named = descriptor_named(path); named >= 0) {
        std::fflush(stdout);
        descriptor_ = ::dup(named);
        if (descriptor_ < 0) throw Error(path.string(), "cannot be written: " + reason());
        return;
    }
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), code);
    if (code) throw Error(path.string(), "cannot be written: " + no_folder(path, code.message()));
    if (fs::is_directory(path, code))
        throw Error(path.string(), "is a folder; expected a file name");
    if (fs::is_symlink(path, code)) {
        fs::path target = fs::canonical(path, code);
        if (!code) path_ = target;
    }
    if (fs::exists(path, code) && !fs::is_regular_file(path, code)) {
        descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    } else {
        descriptor_ = open_beside(path_, beside_);
    }
    if (descriptor_ < 0) throw Error(path.string(), "cannot be written: " + reason());
}

OutputFile::~OutputFile() {
    if (!beside_.empty()) ::unlink(beside_.c_str());
    if (descriptor_ >= 0) ::close(descriptor_);
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
}

void OutputFile::commit() {
    finish();
    if (descriptor_ < 0) return;
    // Renamed while it is open: its lock keeps other writers from taking it for a stale one.
    const bool is_beside = !beside_.empty();
    if (is_beside && std::rename(beside_.c_str(), path_.c_str()) != 0)
        throw Error(path_.string(), "cannot be put in place: " + reason());
    beside_.clear();
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) throw Error(path_.string(), "cannot be written: " + reason());
    if (is_beside) sync_folder_of(path_);
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

bool is_standard_output(const fs::path& path) {
    return descriptor_named(path) == STDOUT_FILENO;
}

void require_not_among(const fs::path& path, const std::vector<std::string>& inputs) {
    std::error_code code;
    for (const std::string& input : inputs)
        if (fs::equivalent(path, input, code) && !code)
            throw Error(path.string(),
                        "would be overwritten, but is an input; give the output another name");
}

void write_files(const std::filesystem::path& folder,
                 const std::map<std::string, std::string>& files) {
    std::vector<std::unique_ptr<OutputFile>> outputs;
    for (const auto& [name, text] : files) {
        outputs.push_back(std::make_unique<OutputFile>(folder / name));
        outputs.back()->write(text);
        outputs.back()->finish();
    }
    for (auto& output : outputs) output->commit();
}

}  // namespace quillet
