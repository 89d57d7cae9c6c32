// The instruction sets that a model's C is built for and emulated.
// SPDX-License-Identifier: MIT
#include "verify/instruction_sets.h"

#include <filesystem>

#include "base/resources.h"

namespace quillet {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kBareFlag = "-DQUILLET_BARE";

Words joined(Words first, const Words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Linux under QEMU's user mode, with a C library.
InstructionSet linux_set(const char* name, const char* about, const std::string& triple,
                         const std::string& qemu, const std::string& library = "") {
    return {name,
            about,
            triple + "-gcc",
            {"-static"},
            {"qemu-" + qemu},
            "gcc-" + triple + " libc6-dev-" + (library.empty() ? std::string(name) : library) +
                "-cross qemu-user"};
}

// Linux's system calls alone, where no C library starts under the emulator.
InstructionSet bare_set(const char* name, const char* about, const std::string& compiler,
                        Words emulator, const std::string& package, const Words& flags) {
    const Words common = {kBareFlag,   "-ffreestanding", "-static",
                          "-nostdlib", "-Wl,-e,_start",  "-fno-tree-loop-distribute-patterns"};
    return {
        name, about, compiler, joined(common, flags), std::move(emulator), package + " qemu-user"};
}

// RISC-V without an operating system: picolibc's start-up code in QEMU's board "virt".
InstructionSet riscv_set(const char* name, const char* about, const std::string& bits,
                         const Words& flags) {
    const Words library = {"--specs=picolibc.specs",
                           "--oslib=semihost",
                           "--crt0=hosted",
                           "-Wl,--defsym=__flash=0x80000000",
                           "-Wl,--defsym=__flash_size=0x04000000",
                           "-Wl,--defsym=__ram=0x84000000",
                           "-Wl,--defsym=__ram_size=0x02000000"};
    const Words board = {"qemu-system-riscv" + bits,
                         "-M",
                         "virt",
                         "-m",
                         "128M",
                         "-bios",
                         "none",
                         "-display",
                         "none",
                         "-serial",
                         "none",
                         "-monitor",
                         "none",
                         "-chardev",
                         "stdio,id=out",
                         "-semihosting-config",
                         "enable=on,chardev=out",
                         "-kernel"};
    return {name,
            about,
            "riscv64-unknown-elf-gcc",
            joined(flags, library),
            board,
            "gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc"};
}

InstructionSet with_slow(InstructionSet set) {
    set.slow = true;
    return set;
}

// A static program of alpha's C library stops before main under its emulator.
InstructionSet alpha_set() {
    return {"alpha",
            "64-bit little-endian",
            "alpha-linux-gnu-gcc",
            {},
            {"qemu-alpha", "-L", "/usr/alpha-linux-gnu"},
            "gcc-alpha-linux-gnu libc6.1-dev-alpha-cross qemu-user"};
}

// Constants lie in its RAM as well.
InstructionSet avr_set() {
    return {"avr",
            "8-bit, int of 16 bits (ATmega1284P)",
            "avr-gcc",
            {"-Os", "-mmcu=atmega1284p"},
            {"simavr", "-m", "atmega1284p", "-f", "20000000"},
            "gcc-avr avr-libc simavr",
            true,
            16 << 10,
            128 << 10,
            true};
}

}  // namespace

const std::vector<InstructionSet>& instruction_sets() {
    static const std::vector<InstructionSet> sets = {
        linux_set("armel", "32-bit little-endian, no FPU", "arm-linux-gnueabi", "arm"),
        linux_set("armhf", "32-bit little-endian, Thumb-2", "arm-linux-gnueabihf", "arm"),
        linux_set("arm64", "64-bit little-endian", "aarch64-linux-gnu", "aarch64"),
        linux_set("i386", "32-bit little-endian", "i686-linux-gnu", "i386"),
        linux_set("riscv64", "64-bit little-endian", "riscv64-linux-gnu", "riscv64"),
        linux_set("ppc", "32-bit big-endian", "powerpc-linux-gnu", "ppc", "powerpc"),
        linux_set("ppc64", "64-bit big-endian", "powerpc64-linux-gnu", "ppc64"),
        linux_set("ppc64el", "64-bit little-endian", "powerpc64le-linux-gnu", "ppc64le"),
        linux_set("s390x", "64-bit big-endian", "s390x-linux-gnu", "s390x"),
        linux_set("mips", "32-bit big-endian", "mips-linux-gnu", "mips"),
        linux_set("mipsel", "32-bit little-endian", "mipsel-linux-gnu", "mipsel"),
        linux_set("mips64", "64-bit big-endian", "mips64-linux-gnuabi64", "mips64"),
        linux_set("mips64el", "64-bit little-endian", "mips64el-linux-gnuabi64", "mips64el"),
        linux_set("sparc64", "64-bit big-endian", "sparc64-linux-gnu", "sparc64"),
        linux_set("m68k", "32-bit big-endian", "m68k-linux-gnu", "m68k"),
        linux_set("hppa", "32-bit big-endian", "hppa-linux-gnu", "hppa"),
        alpha_set(),
        // Optimized, QEMU 7.2 runs it wrongly, and hangs on a program that prints a word by the C library.
        with_slow(bare_set("sh4", "32-bit little-endian, not optimized", "sh4-linux-gnu-gcc",
                           {"qemu-sh4"}, "gcc-sh4-linux-gnu", {"-O0", "-lgcc"})),
        bare_set("armeb", "32-bit big-endian, Thumb-2", "arm-linux-gnueabihf-gcc", {"qemu-armeb"},
                 "gcc-arm-linux-gnueabihf", {"-mbig-endian", "-mcpu=cortex-a15"}),
        bare_set("arm64be", "64-bit big-endian", "aarch64-linux-gnu-gcc", {"qemu-aarch64_be"},
                 "gcc-aarch64-linux-gnu", {"-mbig-endian"}),
        bare_set("or1k", "32-bit big-endian", "or1k-elf-gcc", {"qemu-or1k"}, "gcc-or1k-elf",
                 {"-lgcc"}),
        bare_set("lx106", "32-bit little-endian (ESP8266's core)", "xtensa-lx106-elf-gcc",
                 {"qemu-xtensa", "-cpu", "lx106"}, "gcc-xtensa-lx106", {"-lgcc"}),
        riscv_set("rv32", "32-bit little-endian, no system (rv32imac)", "32",
                  {"-march=rv32imac", "-mabi=ilp32"}),
        with_slow(riscv_set("rv32i", "32-bit little-endian, no multiplication (rv32i)", "32",
                            {"-march=rv32i", "-mabi=ilp32"})),
        riscv_set("rv64", "64-bit little-endian, no system (rv64imac)", "64",
                  {"-march=rv64imac", "-mabi=lp64", "-mcmodel=medany"}),
        avr_set(),
    };
    return sets;
}

std::string why_no_room(const InstructionSet& set, int64_t ram_bytes, int64_t flash_bytes) {
    const auto why = [](int64_t needed, int64_t there, const char* kind) {
        return "the model does not fit: " + std::to_string(needed) + " bytes; there are " +
               std::to_string(there) + " of " + kind;
    };
    if (set.ram_bytes > 0 && ram_bytes > set.ram_bytes)
        return why(ram_bytes, set.ram_bytes, "RAM, where constants lie as well");
    if (set.flash_bytes > 0 && flash_bytes > set.flash_bytes)
        return why(flash_bytes, set.flash_bytes, "flash");
    return "";
}

std::vector<std::string> compile_command(const InstructionSet& set) {
    const std::filesystem::path machines =
        find_resource("verify/machines/machine.h") / "verify" / "machines";
    Words command = {set.compiler,
                     "-std=gnu99",
                     "-O2",
                     "-ffp-contract=off",
                     "-ffunction-sections",
                     "-fdata-sections",
                     "-Wl,--gc-sections",
                     "-I" + machines.string()};
    // There the C library's headers are not to be had, or not for this byte order.
    if (!set.flags.empty() && set.flags.front() == kBareFlag)
        command.push_back("-I" + (machines / "bare").string());
    return command;
}

}  // namespace quillet
