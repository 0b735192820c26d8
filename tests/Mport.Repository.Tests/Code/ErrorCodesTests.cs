using Mport.Protocol.Errors;

namespace Mport.Repository.Tests.Code;

public sealed class ErrorCodesTests
{
    [Fact]
    public void Codes_AreUniqueAndInOrder()
    {
        var numbers = ErrorCatalog.All.Select(d => d.Code.Number).ToArray();

        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Distinct().Order(), numbers);
    }

    [Fact]
    public void Description_SaysWhatHappenedWhyAndWhatToDo() => Assert.All(ErrorCatalog.All, description =>
    {
        Assert.False(description.Title.EndsWith('.'), $"{description.Code}: the title ends with a full stop");
        Assert.True(description.Why.EndsWith('.'), $"{description.Code}: Why is not a sentence");
        Assert.True(description.Fix.EndsWith('.'), $"{description.Code}: Fix is not a sentence");
    });

    [Fact]
    public void CodeWrittenInCodeOrDocs_IsInTheCatalogue()
    {
        var known = ErrorCatalog.All.Select(d => d.Code.ToString()).ToHashSet();
        string[] files = [.. SourceTree.Below("src/", ".cs"), .. SourceTree.Below("", ".md")];

        Assert.All(files, file => Assert.All(
            System.Text.RegularExpressions.Regex.Matches(SourceTree.Read(file), @"\bMP-\d{4}\b", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5)).Select(m => m.Value).Where(c => c != "MP-1234"),
            code => Assert.True(known.Contains(code), $"{file} names {code}, which is not in ErrorCatalog")));
    }
}
