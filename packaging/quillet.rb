# Homebrew's formula of the program, built from the repository that it lies in:
# brew install --HEAD --formula packaging/quillet.rb
# SPDX-License-Identifier: MIT
class Quillet < Formula
  desc "Tiny language models for small devices, the same text everywhere"
  license "MIT"
  head "file://#{File.expand_path("..", __dir__)}", using: :git, branch: "main"

  depends_on "cli11" => :build
  depends_on "cmake" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "pkg-config" => :build
  depends_on "protozero" => :build
  depends_on "bzip2"
  depends_on "cairo"
  depends_on "curl"
  depends_on "expat"
  depends_on "freetype"
  depends_on "howard-hinnant-date"
  depends_on "jpeg-turbo"
  depends_on "libexif"
  depends_on "libpng"
  depends_on "openssl"
  depends_on "pango"
  depends_on "sqlite"

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DBUILD_TESTING=OFF", "-DQUILLET_MPI=OFF", *std_cmake_args
    system "cmake", "--build", "build", "--target", "quillet", "quillet_library"
    system "cmake", "--install", "build"
  end

  test do
    lines = shell_output("#{bin}/quillet generate --seed 7 -n 3")
    assert_equal 3, lines.lines.count
    system bin/"quillet", "compile", "-o", "quotes.c"
    system ENV.cc, "-O2", "-ffp-contract=off", "quotes.c", "-o", "quotes", "-lm"
    assert_equal lines, shell_output("./quotes 7 3")
  end
end
