using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Layout;

public sealed partial class TypeNamesTests
{
    private const int SmallFile = 100;

    private static readonly string[] SaysNothing = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Info", "Base"];

    [Fact]
    public void TypeName_SaysWhatTheTypeIs() => Assert.All(
        Types("").Distinct(),
        type => Assert.DoesNotContain(SaysNothing, word => type.Name.EndsWith(word, StringComparison.Ordinal)));

    [Fact]
    public void CodeFile_IsNamedAfterATypeInIt() => Assert.All(
        Types("src/").GroupBy(t => t.File, t => t.Name).Where(f => !f.Key.Contains("/Migrations/")),
        file => Assert.True(file.Contains(Path.GetFileName(file.Key).Split('.')[0]) || IsCollection(file.Key), $"{file.Key} holds {string.Join(", ", file)}"));

    // A few small records or converters of one kind may share a file with a plural name.
    private static bool IsCollection(string file) =>
        file.EndsWith("s.cs", StringComparison.Ordinal) && File.ReadLines(Path.Combine(SourceTree.Root, file)).Count() <= SmallFile;

    private static (string File, string Name)[] Types(string folder)
    {
        (string, string)[] types = [.. SourceTree.Below(folder, ".cs").SelectMany(file => Declaration().Matches(SourceTree.Read(file)).Select(m => (file, m.Groups[1].Value)))];
        Assert.NotEmpty(types);
        return types;
    }

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe|new) )+(?:class|record struct|record class|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
