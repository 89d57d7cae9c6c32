// A plan's step shared by two cores: who does what of each kernel call, and where they meet.
// SPDX-License-Identifier: MIT
#include "compile/two_cores.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace quillet {
namespace {

const KernelSharing& sharing_of(const Plan& plan, const Step& step) {
    if (step.kernel->sharing) return *step.kernel->sharing;
    throw Error(plan.name, std::string(step.kernel->name) +
                               " cannot be shared by two cores; integer models can (quillet "
                               "quantize)");
}

/// shares ///

struct Share {
    int64_t first, count;
};

// Core 0 has the larger half; both are whole units, but for the last one.
Share share_of(int64_t count, int64_t unit, int core) {
    const int64_t units = (count + unit - 1) / unit;
    const int64_t half = std::min((units + 1) / 2 * unit, count);
    return core ? Share{half, count - half} : Share{0, half};
}

Argument moved(const Argument& argument, const Share& share, int64_t total) {
    if (auto* logits = std::get_if<LogitsArgument>(&argument))
        return LogitsArgument{logits->offset + share.first};
    const auto& view = std::get<BufferArgument>(argument);
    return BufferArgument{view.buffer, view.offset + view.count * share.first / total,
                          view.count * share.count / total};
}

std::optional<std::vector<Argument>> arguments_of(const Step& step, const KernelSharing& sharing,
                                                  int core) {
    std::vector<Argument> arguments = step.arguments;
    if (sharing.unit == 0) {
        if (sharing.count != static_cast<size_t>(core)) return std::nullopt;
        return arguments;
    }
    const int64_t total = std::get<IntegerArgument>(arguments[sharing.count]).value;
    const Share share = share_of(total, sharing.unit, core);
    if (share.count == 0) return std::nullopt;
    for (size_t i = 0; i < sharing.moved; i++) arguments[i] = moved(arguments[i], share, total);
    arguments[sharing.count] = IntegerArgument{share.count};
    if (sharing.first) {
        auto& first = std::get<IntegerArgument>(arguments[sharing.first]);
        first.value += share.first;
    }
    return arguments;
}

/// meetings ///

// Elements of a state, or of the scratch of a type, that a core touches.
struct Span {
    std::pair<int, int> memory;
    int64_t begin, end;
    bool written;
};

using Spans = std::vector<Span>;

// Weights are nobody's to write; of the logits each core writes its own and nobody reads them.
Spans spans_of(const Plan& plan, const Step& step, const KernelSharing& sharing,
               const std::vector<Argument>& arguments) {
    Spans spans;
    for (size_t i = 0; i < arguments.size(); i++) {
        auto* view = std::get_if<BufferArgument>(&arguments[i]);
        if (!view) continue;
        const Buffer& buffer = plan.buffer(view->buffer);
        if (buffer.storage == Storage::weight) continue;
        const bool scratch = buffer.storage == Storage::scratch;
        int64_t begin = view->offset + (scratch ? buffer.place : 0), count = view->count;
        if (i < sharing.unit_rows) {
            begin += std::get<IntegerArgument>(arguments[sharing.first]).value;
            count = std::get<IntegerArgument>(arguments[sharing.count]).value;
        }
        spans.push_back({scratch ? std::pair{-1, static_cast<int>(buffer.tensor.type)}
                                 : std::pair{view->buffer, 0},
                         begin, begin + count,
                         step.kernel->parameters[i].access == KernelRow::Access::writes});
    }
    return spans;
}

bool collide(const Spans& some, const Spans& others) {
    for (const Span& a : some)
        for (const Span& b : others)
            if (a.memory == b.memory && a.begin < b.end && b.begin < a.end &&
                (a.written || b.written))
                return true;
    return false;
}

}  // namespace

int step_part_bytes(const Plan& plan) {
    return std::max(1024, 64 * static_cast<int>(plan.steps.size()));
}

std::vector<SharedStep> share_steps(const Plan& plan) {
    std::vector<SharedStep> shared;
    std::array<Spans, 2> touched;  // since the cores last met
    for (const Step& step : plan.steps) {
        const KernelSharing& sharing = sharing_of(plan, step);
        SharedStep& mine = shared.emplace_back();
        std::array<Spans, 2> spans;
        for (int core : {0, 1}) {
            const size_t i = static_cast<size_t>(core);
            mine.arguments[i] = arguments_of(step, sharing, core);
            if (mine.arguments[i]) spans[i] = spans_of(plan, step, sharing, *mine.arguments[i]);
        }
        if (collide(spans[0], spans[1]))
            throw Error(plan.name, std::string(step.kernel->name) + " has shares that collide");
        mine.meet = collide(spans[0], touched[1]) || collide(spans[1], touched[0]);
        for (size_t i : {0u, 1u}) {
            if (mine.meet) touched[i].clear();
            touched[i].insert(touched[i].end(), spans[i].begin(), spans[i].end());
        }
    }
    return shared;
}

}  // namespace quillet
