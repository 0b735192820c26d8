namespace Mport.Repository.Tests.Programs;

/// <summary>The commands and options that users and scripts rely on stand in the programs' own help.</summary>
[Trait("Category", "Programs")]
public sealed class ContractNamesTests
{
    private const string Common = "--server --token --pin --insecure --name --takeover --config --json --log-level --fail-fast";
    private const string Health = " --health-check --health-interval --health-timeout --health-threshold";

    [Theory]
    [InlineData("mportd", "", "serve user token check")]
    [InlineData("mportd", "serve", "--data --domain --listen --http-port --tls-port --tcp-ports --database --config --owner --drain --cert --key")]
    [InlineData("mportd", "user", "add list disable")]
    [InlineData("mportd", "user add", "--admin --password-stdin --json")]
    [InlineData("mportd", "token", "create list revoke")]
    [InlineData("mportd", "token create", "--user --name --scope --expires --json")]
    [InlineData("mportd", "token list", "--json")]
    [InlineData("mport", "", "login http tcp udp tcp+udp start status ps stop config version doctor explain completion")]
    [InlineData("mport", "login", "--token --pin")]
    [InlineData("mport", "http", Common + " --subdomain --group --sticky" + Health)]
    [InlineData("mport", "tcp", Common + " --remote-port --group --sticky --proxy-protocol" + Health)]
    [InlineData("mport", "udp", Common + " --remote-port --group --sticky --proxy-protocol")]
    [InlineData("mport", "tcp+udp", Common + " --remote-port --group --sticky --proxy-protocol" + Health)]
    [InlineData("mport", "start", "--all")]
    [InlineData("mport", "config", "check edit path add-authtoken")]
    public async Task Help_NamesWhatTheContractPromises(string program, string arguments, string names)
    {
        var words = (await ProgramHelp.ReadAsync(program, arguments)).Split([' ', ',', '\n', '\t', '=', '[', ']', '|'], StringSplitOptions.RemoveEmptyEntries).ToHashSet();

        Assert.All(names.Split(' '), name => Assert.True(words.Contains(name), $"{program} {arguments} --help does not name {name}"));
    }
}
