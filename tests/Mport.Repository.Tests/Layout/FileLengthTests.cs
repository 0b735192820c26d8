namespace Mport.Repository.Tests.Layout;

public sealed class FileLengthTests
{
    // The house style aims at 40 to 150 lines; this is the wall.
    private const int Wall = 400;

    [Fact]
    public void CodeFile_HasAtMost400Lines() => Assert.All(
        SourceTree.Below("", ".cs").Where(f => !f.Contains("/Migrations/")),
        file => Assert.True(File.ReadLines(Path.Combine(SourceTree.Root, file)).Count() <= Wall, $"{file} is longer than {Wall} lines: give one of its concerns a file of its own."));

    [Fact]
    public void EntryPoint_IsATableOfContents() => Assert.All(
        SourceTree.Below("src/", "/Program.cs"),
        file => Assert.True(File.ReadLines(Path.Combine(SourceTree.Root, file)).Count() <= 80, $"{file} is longer than 80 lines."));
}
