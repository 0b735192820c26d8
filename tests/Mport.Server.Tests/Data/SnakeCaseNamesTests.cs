using Mport.Server.Data;

namespace Mport.Server.Tests.Data;

public sealed class SnakeCaseNamesTests
{
    [Theory]
    [InlineData("Id", "id")]
    [InlineData("NormalizedEmail", "normalized_email")]
    [InlineData("PortChosenByUser", "port_chosen_by_user")]
    public void ClrName_BecomesSqlName(string name, string expected) => Assert.Equal(expected, SnakeCaseNames.Of(name));
}
