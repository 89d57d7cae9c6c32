# What every layer's CMakeLists.txt calls: a library with our warnings, its tests and its fuzz targets.

add_library(quillet_options INTERFACE)
# No contraction: a*b+c rounds twice on every machine, so that every machine gets the same bits.
target_compile_options(quillet_options INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Werror
  # Compiled eight at a time, a source sees the names of those before it, and a local one may hide another's.
  $<IF:$<BOOL:${QUILLET_UNITY}>,-Wno-shadow,-Wshadow>
  $<$<AND:$<BOOL:${QUILLET_UNITY}>,$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>
  $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes -Wstrict-prototypes -Wconversion -Wdouble-promotion>
  # GCC 12 sees overlaps and overflows in the standard library that are not there (GCC bugs 105651, 105329).
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-stringop-overflow>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-array-bounds>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-stringop-overread>
  # A loop that clang could not make wide, as it was asked to, is right all the same.
  $<$<C_COMPILER_ID:Clang,AppleClang>:-Wno-pass-failed>
  $<$<BOOL:${QUILLET_NATIVE}>:-march=native>)
target_compile_features(quillet_options INTERFACE cxx_std_20 c_std_99)
target_include_directories(quillet_options INTERFACE ${PROJECT_SOURCE_DIR})
if(QUILLET_SANITIZE)
  target_compile_options(quillet_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # GCC takes a third more time for C++ with these three; clang has them, and so have the C files.
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-sanitize=null,alignment,vptr>
    # Makes symbols of its own, which tests/variants.py takes for ours.
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:-fno-sanitize=function>)
  # Sanitized programs are large: lld links them in a quarter of the time.
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=lld quillet_has_lld)
  if(quillet_has_lld)
    target_link_options(quillet_options INTERFACE -fuse-ld=lld)
  endif()
  # Without -no-pie a program relocates millions of the sanitizer's records each time it starts.
  target_link_options(quillet_options INTERFACE -fsanitize=address,undefined
    $<$<AND:$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>,$<NOT:$<PLATFORM_ID:Darwin>>>:-no-pie>)
endif()
# libFuzzer is clang's; Apple's clang comes without it.
if(QUILLET_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(quillet_fuzzes ON)
endif()

# C++ is compiled for speed only where it pays: most layers run for milliseconds, and -O1 compiles a third faster.
# The compiler takes a precompiled header only with the very flags and -D that it was made with, hence one for each
# set of flags. A target's own -D or flags belong to its sources, or it goes without (quillet_no_precompiled).
set(quillet_cold $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O1>)
set(quillet_fast $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O2>)
function(quillet_precompiled name optimization)
  add_library(quillet_precompiled_${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
  target_link_libraries(quillet_precompiled_${name} PRIVATE quillet_options)
  target_compile_options(quillet_precompiled_${name} PRIVATE ${optimization})
  target_precompile_headers(quillet_precompiled_${name} PRIVATE
    "$<$<COMPILE_LANGUAGE:CXX>:${PROJECT_SOURCE_DIR}/cmake/precompiled.h>" ${ARGN})
endfunction()
quillet_precompiled(cold "${quillet_cold}")
find_package(nlohmann_json REQUIRED)
quillet_precompiled(json "${quillet_cold}" "$<$<COMPILE_LANGUAGE:CXX>:<nlohmann/json.hpp$<ANGLE-R>>")
target_link_libraries(quillet_precompiled_json PRIVATE nlohmann_json::nlohmann_json)
quillet_precompiled(fast "${quillet_fast}")
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  quillet_precompiled(test "${quillet_cold}" "$<$<COMPILE_LANGUAGE:CXX>:<gtest/gtest.h$<ANGLE-R>>")
  target_link_libraries(quillet_precompiled_test PRIVATE GTest::gtest)
  target_compile_definitions(quillet_precompiled_test PRIVATE QUILLET_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
endif()

# quillet_program(NAME SOURCE...): a program that links layers, compiled like a cold layer.
function(quillet_program name)
  add_executable(${name} ${ARGN})
  target_compile_options(${name} PRIVATE ${quillet_cold})
endfunction()

# quillet_layer(NAME [FAST | JSON] [PARSES SOURCE...] [USES LAYER...] [LINKS LIBRARY...]): the library quillet_NAME from
# this folder's *.c and *.cc; from its *_test.cc the test NAME; with sanitizers, by clang, from each x_fuzz.cc the
# libFuzzer program x_fuzz.
# FAST: its C++ is optimized more. JSON: much of it reads or writes JSON, whose header is precompiled with the others.
# PARSES: these sources, or `all`, read what comes from outside; libFuzzer is told which of their branches are taken.
# OWN_FLAGS: the folder sets flags itself and has no share in precompiled headers.
function(quillet_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "FAST;JSON;OWN_FLAGS" "" "PARSES;USES;LINKS")
  list(TRANSFORM layer_USES PREPEND quillet_)
  file(GLOB sources CONFIGURE_DEPENDS *.c *.cc)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cc)
  file(GLOB programs CONFIGURE_DEPENDS *_main.cc *_main.c)
  list(REMOVE_ITEM sources ${tests} ${fuzzers} ${programs} "")
  add_library(quillet_${name} STATIC ${sources})
  target_link_libraries(quillet_${name} PUBLIC quillet_options ${layer_USES} ${layer_LINKS})
  set(class cold)
  set(optimization "${quillet_cold}")
  if(layer_FAST)
    set(class fast)
    set(optimization "${quillet_fast}")
  elseif(layer_JSON)
    set(class json)
  endif()
  file(GLOB cxx_sources CONFIGURE_DEPENDS *.cc)
  list(REMOVE_ITEM cxx_sources ${tests} ${fuzzers} ${programs} "")
  if(cxx_sources AND QUILLET_UNITY AND NOT layer_OWN_FLAGS)
    # C files keep to themselves: those of a family (panels, kernels) have static functions of the same names.
    file(GLOB c_sources CONFIGURE_DEPENDS *.c)
    set_property(SOURCE ${c_sources} PROPERTY SKIP_UNITY_BUILD_INCLUSION ON)
    set_target_properties(quillet_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
  if(cxx_sources AND NOT layer_OWN_FLAGS)
    target_compile_options(quillet_${name} PRIVATE ${optimization})
    target_precompile_headers(quillet_${name} REUSE_FROM quillet_precompiled_${class})
  endif()
  if(tests AND BUILD_TESTING)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE quillet_${name} GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE QUILLET_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_compile_options(${name}_test PRIVATE ${quillet_cold})
    target_precompile_headers(${name}_test REUSE_FROM quillet_precompiled_test)
    if(QUILLET_UNITY)
      set_target_properties(${name}_test PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    endif()
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS quick)
    if(NOT TARGET unit_tests)
      add_custom_target(unit_tests)
    endif()
    add_dependencies(unit_tests ${name}_test)
  endif()
  if(quillet_fuzzes)
    # What -fsanitize=fuzzer-no-link asks for; by that name clang would refuse the precompiled headers.
    set(branches -fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls)
    if(layer_PARSES STREQUAL all)
      target_compile_options(quillet_${name} PRIVATE ${branches})
    else()
      set_property(SOURCE ${layer_PARSES} APPEND PROPERTY COMPILE_OPTIONS ${branches})
    endif()
    foreach(source ${fuzzers})
      get_filename_component(fuzzer ${source} NAME_WE)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE quillet_${name})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# quillet_fuzz_test(x_fuzz SEEDS): a test that runs this folder's x_fuzz, where it is built, for 10 seconds, or
# $QUILLET_FUZZ_SECONDS, from the files of folder SEEDS.
function(quillet_fuzz_test fuzzer seeds)
  if(BUILD_TESTING AND TARGET ${fuzzer})
    add_test(NAME ${fuzzer} COMMAND ${PROJECT_SOURCE_DIR}/tests/fuzz.sh $<TARGET_FILE:${fuzzer}> ${seeds})
    set_tests_properties(${fuzzer} PROPERTIES TIMEOUT 4000)
  endif()
endfunction()

# Where fonts are: Debian's, Arch's and macOS's places, and one of the user's.
set(quillet_font_folders $ENV{QUILLET_FONT_DIR} /usr/share/fonts/opentype/ebgaramond /usr/share/fonts/truetype/charis
    /usr/share/fonts/truetype/dejavu /usr/share/fonts /usr/local/share/fonts /usr/share/fonts/TTF $ENV{HOME}/Library/Fonts
    /Library/Fonts /System/Library/Fonts/Supplemental /opt/homebrew/share/fonts)
