using System.Text.RegularExpressions;

namespace Mport.Repository.Tests.Layout;

public sealed partial class TypeNamesTests
{
    private static readonly string[] SaysNothing = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Common", "Info", "Base"];

    [Fact]
    public void TypeName_SaysWhatTheTypeIs() => Assert.All(
        Types("").Distinct(),
        type => Assert.DoesNotContain(SaysNothing, word => type.Name.EndsWith(word, StringComparison.Ordinal)));

    [Fact]
    public void CodeFile_IsNamedAfterATypeInIt() => Assert.All(
        Types("src/").GroupBy(t => t.File).Where(f => !f.Key.Contains("/Migrations/")),
        file => Assert.True(IsNamedAfter(Path.GetFileName(file.Key).Split('.')[0], [.. file.Select(t => t.Name)]), $"{file.Key} holds {string.Join(", ", file.Select(t => t.Name))}"));

    // One of the types; or, for a file of small types of one kind, the plural: ValueConverters.cs holds nothing but …Converter.
    private static bool IsNamedAfter(string file, string[] types) =>
        types.Contains(file) || (LastWord().Match(file) is { Success: true } plural && types.All(t => t.EndsWith(plural.Groups[1].Value, StringComparison.Ordinal)));

    private static (string File, string Name)[] Types(string folder)
    {
        (string, string)[] types = [.. SourceTree.Below(folder, ".cs").SelectMany(file => Declaration().Matches(SourceTree.Read(file)).Select(m => (file, m.Groups[1].Value)))];
        Assert.NotEmpty(types);
        return types;
    }

    [GeneratedRegex(@"([A-Z][a-z]+)s$")]
    private static partial Regex LastWord();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref|unsafe|new) )+(?:class|record struct|record class|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
