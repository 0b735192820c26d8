using System.Diagnostics;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Metrics;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Passwords;

public sealed class PasswordWorkTests : IDisposable
{
    private readonly EdgeMeters _meters = new();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task UnknownAccount_CostsAsMuchAsAWrongPassword() // SEC-63
    {
        using var work = new PasswordWork(new AccountsMetrics(_meters));
        var hash = await work.HashAsync(new Secret("correct horse battery"), CancellationToken.None).Limited("a hash");
        await TimeAsync(work, null);
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < 9; i++)
        {
            known.Add(await TimeAsync(work, hash));
            unknown.Add(await TimeAsync(work, null));
        }

        // Medians of turns by turns; a machine under load varies more than the ten per cent that an idle one shows.
        var ratio = known.Order().ElementAt(4) / unknown.Order().ElementAt(4);
        Assert.InRange(ratio, 0.5, 2);
    }

    [Fact]
    public async Task PasswordThatIsTooLong_IsNoAnswer_AndNoExtraWork()
    {
        using var work = new PasswordWork(new AccountsMetrics(_meters));
        var hash = await work.HashAsync(new Secret("correct horse battery"), CancellationToken.None).Limited("a hash");

        Assert.False(await work.VerifyAsync(hash, new Secret(new string('x', 1_000_000)), CancellationToken.None).Limited("the answer"));
        Assert.True(await work.VerifyAsync(hash, new Secret("correct horse battery"), CancellationToken.None).Limited("the answer"));
    }

    [Fact]
    public async Task Flood_IsTurnedAway_NotQueuedForEver() // SEC-119
    {
        using var work = new PasswordWork(new AccountsMetrics(_meters));

        using var given = new CancellationTokenSource();
        var calls = Enumerable.Range(0, PasswordWork.MaxWaiting + 20).Select(_ => work.VerifyAsync(null, new Secret("correct horse battery"), given.Token)).ToList();

        // The last one came when all places were taken; nobody waits for what is not done yet.
        Assert.Null(await calls[^1].Limited("the answer to the last"));
        await given.CancelAsync();
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default).Limited("the end of all");
        Assert.Contains(calls, call => call.IsCanceled);
    }

    private static async Task<double> TimeAsync(PasswordWork work, string? hash)
    {
        var clock = Stopwatch.StartNew();
        Assert.False(await work.VerifyAsync(hash, new Secret("a wrong password"), CancellationToken.None).Limited("the answer"));
        return clock.Elapsed.TotalMilliseconds;
    }
}
