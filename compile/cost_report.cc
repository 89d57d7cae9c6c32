// What a plan costs on a chip: bytes of flash and RAM, cycles of a character, part by part.
// SPDX-License-Identifier: MIT
#include "compile/cost_report.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "compile/emit_c.h"
#include "compile/placement.h"

namespace quillet {
namespace {

bool streams(const Step& step) {
    return std::string_view(step.kernel->name).starts_with("quillet_stream_");
}

std::vector<int64_t> numbers_of(const Step& step) {
    std::vector<int64_t> numbers;
    for (const Argument& argument : step.arguments) {
        if (auto* integer = std::get_if<IntegerArgument>(&argument))
            numbers.push_back(integer->value);
    }
    return numbers;
}

int64_t cycles_of(const Step& step, const TargetRow& target) {
    const std::optional<KernelCost>& cost = step.kernel->cost;
    if (!target.estimates_cycles || !cost) return 0;
    const std::vector<int64_t> numbers = numbers_of(step);
    const double rows = static_cast<double>(numbers[0]);
    const double products = cost->each_product > 0 ? rows * static_cast<double>(numbers[1]) : 0;
    return static_cast<int64_t>(cost->fixed + cost->each * rows + cost->each_product * products);
}

// Cycles lost to the flash: a stream runs while the step multiplies.
int64_t wait_of(const Step& step, const WeightReading& reading, const TargetRow& target) {
    const double bytes = static_cast<double>(reading.bytes);
    if (!streams(step)) return static_cast<int64_t>(target.cycles_a_flash_byte * bytes);
    const auto stream = static_cast<int64_t>(target.cycles_a_streamed_byte * bytes);
    return std::max<int64_t>(0, stream - cycles_of(step, target));
}

CostLine& line_of(CostReport& report, const std::string& what) {
    for (CostLine& line : report.lines) {
        if (line.what == what) return line;
    }
    report.lines.push_back({what});
    return report.lines.back();
}

}  // namespace

double CostReport::characters_per_second(const TargetRow& target) const {
    return cycles == 0 ? 0 : static_cast<double>(target.hertz) / static_cast<double>(cycles);
}

CostReport cost_report_of(const Plan& plan, const TargetRow& target) {
    CostReport report;
    std::map<int, bool> counted;
    bool estimated = target.estimates_cycles;
    for (const Step& step : plan.steps) {
        CostLine& line = line_of(report, step.comment);
        line.cycles += cycles_of(step, target);
        estimated = estimated && step.kernel->cost;
        for (const WeightReading& reading : readings_of(plan, step)) {
            const Buffer& buffer = plan.buffer(reading.buffer);
            if (!buffer.in_ram) line.wait_cycles += wait_of(step, reading, target);
            if (counted[reading.buffer]) continue;
            counted[reading.buffer] = true;
            (buffer.in_ram ? line.ram_bytes : line.flash_bytes) += buffer.tensor.byte_count();
        }
    }
    CostLine& sampler = line_of(report, "sampler");
    sampler.cycles = target.sampler_cycles * plan.alphabet.size();
    const Cost cost = cost_of(plan);
    report.flash_bytes = cost.weights + target.code_bytes;
    report.ram_bytes = cost.states + cost.scratch + cost.logits + target.resident_code_bytes;
    report.stack_bytes = target.stack_bytes;
    for (const CostLine& line : report.lines) {
        report.ram_bytes += line.ram_bytes;
        if (estimated) report.cycles += line.cycles + line.wait_cycles;
    }
    return report;
}

std::string to_text(const CostReport& report, const TargetRow& target) {
    char line[200];
    std::string text;
    // Parts made of many operators have long names; the longest are cut.
    size_t width = 20;
    for (const CostLine& part : report.lines) width = std::max(width, part.what.size());
    const int columns = static_cast<int>(std::min<size_t>(width, 48));
    const auto add = [&](const char* what, int64_t flash, int64_t ram, int64_t cycles,
                         int64_t waits) {
        int at = std::snprintf(line, sizeof line, "%-*.*s %9lld %9lld", columns, columns, what,
                               static_cast<long long>(flash), static_cast<long long>(ram));
        if (report.cycles > 0) {
            std::snprintf(line + at, sizeof line - static_cast<size_t>(at), " %10lld %10lld",
                          static_cast<long long>(cycles), static_cast<long long>(waits));
        }
        text += std::string(line) + "\n";
    };
    const std::string indent(static_cast<size_t>(columns) + 5, ' ');
    text += indent + "flash       RAM" + (report.cycles > 0 ? "     cycles  for flash\n" : "\n") +
            indent + "bytes     bytes" + (report.cycles > 0 ? "        of a character\n" : "\n");
    int64_t weights = 0, resident = 0, waits = 0;
    for (const CostLine& part : report.lines) {
        add(part.what.c_str(), part.flash_bytes, part.ram_bytes, part.cycles, part.wait_cycles);
        weights += part.flash_bytes;
        resident += part.ram_bytes;
        waits += part.wait_cycles;
    }
    add("copies for RAM", resident, 0, 0, 0);
    add("tables, code, states", report.flash_bytes - weights - resident,
        report.ram_bytes - resident, 0, 0);
    add("together", report.flash_bytes, report.ram_bytes, report.cycles - waits, waits);
    text += "stack: at most " + std::to_string(report.stack_bytes) + " bytes\n";
    if (report.cycles > 0) {
        std::snprintf(
            line, sizeof line,
            "%lld cycles a character, %.1f characters a second at %d MHz (estimated: %s)\n",
            static_cast<long long>(report.cycles), report.characters_per_second(target),
            target.hertz / 1000000, target.estimated.c_str());
        text += line;
    }
    return text;
}

}  // namespace quillet
