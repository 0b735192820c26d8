namespace Mport.Repository.Tests.Layout;

/// <summary>Nothing in the checkout depends on one machine or one package source.</summary>
public sealed class PortableTextTests
{
    // Split, so that this file does not contain what it forbids.
    private static readonly string[] Forbidden =
    [
        "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "api.nu" + "get.org", "nuget.p" + "kg", "pkgs.dev." + "azure", "npmjs" + ".org", "artifact" + "ory",
    ];

    private static readonly HashSet<string> Binary = [".png", ".ico", ".pfx", ".bin", ".woff2"];

    [Fact]
    public void TextFile_NamesNoMachinePathAndNoPackageSource() => Assert.All(
        SourceTree.Files.Where(f => !Binary.Contains(Path.GetExtension(f))),
        file =>
        {
            var text = SourceTree.Read(file);
            Assert.All(Forbidden, word => Assert.False(text.Contains(word, StringComparison.OrdinalIgnoreCase), $"{file} contains {word}"));
        });

    [Fact]
    public void Script_IsExecutableAndStopsAtTheFirstFailure()
    {
        string[] scripts = ["build", "demo", "test", ".ci/run", "bench/run"];
        Assert.All(scripts, script =>
        {
            Assert.Contains("set -euo pipefail", SourceTree.Read(script), StringComparison.Ordinal);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(SourceTree.Root, script)).HasFlag(UnixFileMode.UserExecute), $"{script} is not executable");
        });
    }
}
