// Runs a plan on the host, by the very kernels that compiled C calls.
// SPDX-License-Identifier: MIT
#include "run/execute.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace quillet {

using Slot = KernelRow::Slot;

// Weights are read where the plan holds them; states have a block each; scratch has one block a
// type, shared as the plan placed it, so that running a plan also tests its lifetimes.
struct Executor::Memory {
    // An argument whose slot changes with each step.
    struct TokenRow {
        size_t step, argument;
        std::byte* table;
        int64_t row_bytes;
    };
    struct LogitsSlot {
        size_t step, argument;
        int64_t offset;
    };

    explicit Memory(const Plan& plan);

    std::byte* address(int buffer);
    Slot slot(const Argument& argument, size_t step, size_t place);

    const Plan& plan;
    std::vector<std::vector<uint64_t>> states;  // one for each buffer, empty for others
    std::map<Type, std::vector<uint64_t>> scratch;
    std::vector<std::vector<Slot>> slots;  // one for each argument of each step
    std::vector<TokenRow> rows;
    std::vector<std::pair<size_t, size_t>> tokens;  // step and argument
    std::vector<LogitsSlot> logits;
    std::vector<int32_t> last_logits;
};

Executor::Memory::Memory(const Plan& the_plan) : plan(the_plan), states(plan.buffers.size()) {
    auto blocks = [](size_t bytes) { return bytes / sizeof(uint64_t) + 1; };
    for (size_t i = 0; i < plan.buffers.size(); i++) {
        const Buffer& buffer = plan.buffers[i];
        const bool own = buffer.storage == Storage::state || buffer.storage == Storage::input ||
                         buffer.storage == Storage::output;
        if (own) states[i].resize(blocks(static_cast<size_t>(buffer.tensor.byte_count())));
        if (buffer.storage != Storage::scratch) continue;
        Type type = buffer.tensor.type;
        auto bytes = static_cast<size_t>(scratch_count(plan, type) * size_of(type));
        scratch[type].resize(blocks(bytes));
    }
    for (size_t s = 0; s < plan.steps.size(); s++) {
        slots.emplace_back();
        const Step& step = plan.steps[s];
        for (size_t a = 0; a < step.arguments.size(); a++)
            slots[s].push_back(slot(step.arguments[a], s, a));
    }
    last_logits.resize(static_cast<size_t>(plan.alphabet.size()));
}

std::byte* Executor::Memory::address(int index) {
    const Buffer& buffer = plan.buffer(index);
    switch (buffer.storage) {
        case Storage::weight:  // kernels take weights by pointers to const
            return reinterpret_cast<std::byte*>(const_cast<char*>(buffer.tensor.bytes.data()));
        case Storage::state:
        case Storage::input:
        case Storage::output:
            return reinterpret_cast<std::byte*>(states[static_cast<size_t>(index)].data());
        default:
            return reinterpret_cast<std::byte*>(scratch[buffer.tensor.type].data()) +
                   buffer.place * size_of(buffer.tensor.type);
    }
}

Slot Executor::Memory::slot(const Argument& argument, size_t step, size_t place) {
    Slot result{.pointer = nullptr};
    auto element = [&](int buffer) { return size_of(plan.buffer(buffer).tensor.type); };
    if (auto* view = std::get_if<BufferArgument>(&argument))
        result.pointer = address(view->buffer) + view->offset * element(view->buffer);
    if (auto* row = std::get_if<RowArgument>(&argument))
        rows.push_back({step, place, address(row->buffer) + row->offset * element(row->buffer),
                        row->width * element(row->buffer)});
    if (auto* integer = std::get_if<IntegerArgument>(&argument)) result.number = integer->value;
    if (std::holds_alternative<TokenArgument>(argument)) tokens.emplace_back(step, place);
    if (auto* some = std::get_if<LogitsArgument>(&argument))
        logits.push_back({step, place, some->offset});
    return result;
}

Executor::Executor(const Plan& plan) : memory_(std::make_unique<Memory>(plan)) {}
Executor::~Executor() = default;

void Executor::reset() {
    for (auto& state : memory_->states) std::fill(state.begin(), state.end(), 0);
}

void Executor::begin(int token, int32_t* logits) {
    Memory& memory = *memory_;
    for (const Memory::TokenRow& row : memory.rows)
        memory.slots[row.step][row.argument].pointer = row.table + row.row_bytes * token;
    for (auto [step, argument] : memory.tokens) memory.slots[step][argument].number = token;
    for (const Memory::LogitsSlot& slot : memory.logits)
        memory.slots[slot.step][slot.argument].pointer = logits + slot.offset;
}

void Executor::call(size_t i) {
    memory_->plan.steps[i].kernel->call(memory_->slots[i].data());
}

Slot Executor::slot(size_t i, size_t argument) const {
    return memory_->slots[i][argument];
}

void Executor::step(int token, int32_t* logits) {
    begin(token, logits);
    run();
    std::copy_n(logits, memory_->last_logits.size(), memory_->last_logits.begin());
}

size_t Executor::state_bytes() const {
    size_t bytes = 0;
    for (const Buffer& buffer : memory_->plan.buffers)
        if (buffer.storage == Storage::state)
            bytes += static_cast<size_t>(buffer.tensor.byte_count());
    return bytes;
}

void Executor::get_state(std::byte* to) const {
    for (size_t i = 0; i < memory_->plan.buffers.size(); i++) {
        const Buffer& buffer = memory_->plan.buffers[i];
        if (buffer.storage == Storage::state)
            to = std::copy_n(memory_->address(static_cast<int>(i)), buffer.tensor.byte_count(), to);
    }
}

void Executor::put_state(const std::byte* from) {
    for (size_t i = 0; i < memory_->plan.buffers.size(); i++) {
        const Buffer& buffer = memory_->plan.buffers[i];
        if (buffer.storage != Storage::state) continue;
        std::copy_n(from, buffer.tensor.byte_count(), memory_->address(static_cast<int>(i)));
        from += buffer.tensor.byte_count();
    }
}

void Executor::set_input(int i, const Tensor& value) {
    const int buffer = memory_->plan.inputs.at(static_cast<size_t>(i));
    std::copy_n(value.bytes.data(),
                static_cast<size_t>(memory_->plan.buffer(buffer).tensor.byte_count()),
                reinterpret_cast<char*>(memory_->address(buffer)));
}

void Executor::run() {
    for (size_t s = 0; s < memory_->slots.size(); s++) call(s);
}

Tensor Executor::output(int i) const {
    const PlanOutput& output = memory_->plan.outputs.at(static_cast<size_t>(i));
    if (output.buffer == kLogitsBuffer)
        return Tensor::of(Type::int32, {1, memory_->plan.alphabet.size()}, memory_->last_logits);
    const Buffer& buffer = memory_->plan.buffer(output.buffer);
    Tensor tensor = buffer.tensor;
    auto* bytes = reinterpret_cast<const char*>(memory_->address(output.buffer));
    tensor.bytes.assign(bytes, static_cast<size_t>(tensor.byte_count()));
    // A network's int16 is the graph's own type; a text model's narrow state stands for int32.
    return buffer.storage == Storage::output ? tensor : as_in_onnx(std::move(tensor));
}

Tensor as_in_onnx(Tensor state) {
    if (state.type != Type::int16) return state;
    std::vector<int16_t> narrow = state.values<int16_t>();
    return Tensor::of(Type::int32, state.shape, std::vector<int32_t>(narrow.begin(), narrow.end()));
}

quillet_model Executor::model() const {
    auto reset = [](void* state) { static_cast<Executor*>(state)->reset(); };
    auto step = [](void* state, uint32_t token, int32_t* logits) {
        static_cast<Executor*>(state)->step(static_cast<int>(token), logits);
    };
    const Alphabet& alphabet = memory_->plan.alphabet;
    return {reset, step, static_cast<uint32_t>(alphabet.size()),
            static_cast<uint32_t>(alphabet.line_token())};
}

}  // namespace quillet
