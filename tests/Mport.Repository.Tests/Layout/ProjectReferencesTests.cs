using System.Xml.Linq;

namespace Mport.Repository.Tests.Layout;

/// <summary>Who may use whom: the table of projects in docs/architecture.md.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Mport.Protocol"] = [],
        ["Mport.Client"] = ["Mport.Protocol"],
        ["Mport.Cli"] = ["Mport.Client"],
        ["Mport.Server"] = ["Mport.Protocol"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Mport.Protocol"] = [],
        ["Mport.Client"] = [],
        ["Mport.Cli"] = ["Spectre.Console", "System.CommandLine", "YamlDotNet"],
        ["Mport.Server"] =
        [
            "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL", "SQLitePCLRaw.bundle_e_sqlite3", "Microsoft.EntityFrameworkCore.Design",
            "DnsClient", "Microsoft.AspNetCore.OpenApi", "System.CommandLine", "YamlDotNet", "Yarp.ReverseProxy",
        ],
    };

    public static TheoryData<string> ShippedProjects => [.. SourceTree.Below("src/", ".csproj")];

    [Fact]
    public void ShippedProjects_AreTheFourOfTheDesign() =>
        Assert.Equal(AllowedProjects.Keys.Order(StringComparer.Ordinal), SourceTree.Below("src/", ".csproj").Select(Name));

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void ShippedProject_ReferencesOnlyTheProjectsItMay(string project) =>
        Assert.Subset(AllowedProjects[Name(project)].ToHashSet(), References(project, "ProjectReference").Select(Name).ToHashSet());

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void ShippedProject_UsesOnlyThePackagesItMay(string project) =>
        Assert.Subset(AllowedPackages[Name(project)].ToHashSet(), References(project, "PackageReference").ToHashSet());

    [Theory]
    [InlineData("Mport.Protocol")]
    [InlineData("Mport.Client")]
    [InlineData("Mport.Cli")]
    public void Project_HasNothingOfAspNetCore(string name)
    {
        var project = XDocument.Parse(SourceTree.Read($"src/{name}/{name}.csproj"));

        Assert.Equal("Microsoft.NET.Sdk", project.Root?.Attribute("Sdk")?.Value);
        Assert.Empty(project.Descendants("FrameworkReference"));
    }

    [Fact]
    public void ClientAndServer_MeetOnlyInTheEndToEndTests()
    {
        string[] tests = [.. SourceTree.Below("tests/", ".csproj").Where(t => Name(t) != "Mport.EndToEnd.Tests")];
        Assert.NotEmpty(tests);
        foreach (var test in tests)
        {
            var used = References(test, "ProjectReference").Select(Name).ToHashSet();
            Assert.False(used.Contains("Mport.Server") && (used.Contains("Mport.Client") || used.Contains("Mport.Cli")), $"{test} sees both the client and the server.");
        }
    }

    [Fact]
    public void EveryProject_StandsInTheSolution()
    {
        var solution = SourceTree.Read("Mport.slnx");

        Assert.All(SourceTree.Below("", ".csproj"), project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void PackageVersions_StandInOnePlace() =>
        Assert.All(SourceTree.Below("", ".csproj"), project => Assert.DoesNotContain(" Version=", SourceTree.Read(project), StringComparison.Ordinal));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(SourceTree.Read(project)).Descendants(kind).Select(r => r.Attribute("Include")?.Value ?? "");

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
