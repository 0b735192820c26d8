using Mport.Protocol.Errors;

namespace Mport.Protocol.Tests.Errors;

public sealed class ErrorCatalogTests
{
    [Fact]
    public void Codes_AreUniqueAndInOrder()
    {
        var numbers = ErrorCatalog.All.Select(e => e.Code.Number).ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Order().Distinct(), numbers);
    }

    [Fact]
    public void EveryDescription_SaysWhatWhyAndWhatToDo() => Assert.All(ErrorCatalog.All, e =>
    {
        Assert.False(e.Title.EndsWith('.'));
        Assert.EndsWith(".", e.Why);
        Assert.EndsWith(".", e.Fix);
        Assert.Equal(e, ErrorCatalog.Find(e.Code));
    });

    [Theory]
    [InlineData("MP-1101", 1101)]
    [InlineData("mp-3002", 3002)]
    public void Code_ReadsBothCases(string text, int number)
    {
        Assert.True(ErrorCode.TryParse(text, out var code));
        Assert.Equal(number, code.Number);
        Assert.Equal($"MP-{number}", code.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1101")]
    [InlineData("MP-110")]
    [InlineData("MP-0001")]
    [InlineData("MP-11 1")]
    public void WhatIsNotACode_IsTold(string? text) => Assert.False(ErrorCode.TryParse(text, out _));
}
