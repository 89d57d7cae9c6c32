# As much of the Pico SDK as an example uses, on the host.
# SPDX-License-Identifier: MIT
set(stub_sdk ${CMAKE_CURRENT_LIST_DIR}/..)
macro(pico_sdk_init)
  add_library(pico_stdlib INTERFACE)
  target_include_directories(pico_stdlib INTERFACE ${stub_sdk}/include)
endmacro()
function(pico_enable_stdio_usb target enabled)
endfunction()
function(pico_add_extra_outputs target)
endfunction()
