using Mport.Server.Hosting.Supervision;

namespace Mport.Server.Tests.Hosting.Supervision;

public sealed class SuccessorTests
{
    [Fact]
    public void ProgramWithAPath_IsStartedByThatPath() =>
        Assert.Equal(
            ["/opt/mport/current/mportd", "serve", "--data", "d", "--takeover"],
            Successor.CommandLine(["/opt/mport/current/mportd", "serve", "--data", "d"], "/opt/mport/1.0/mportd"));

    [Fact]
    public void ProgramFoundByItsName_IsStartedWhereItLies() =>
        Assert.Equal(["/usr/bin/mportd", "serve", "--takeover"], Successor.CommandLine(["mportd", "serve"], "/usr/bin/mportd"));

    [Fact]
    public void Successor_NeedsNoSecondFlag() =>
        Assert.Equal(["/x/mportd", "serve", "--takeover"], Successor.CommandLine(["/x/mportd", "serve", "--takeover"], "/x/mportd"));
}
