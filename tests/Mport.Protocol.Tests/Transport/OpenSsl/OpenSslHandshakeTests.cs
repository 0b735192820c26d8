using System.Security.Authentication;
using Mport.Protocol.Transport;
using Mport.Protocol.Transport.OpenSsl;
using Mport.Testing;

namespace Mport.Protocol.Tests.Transport.OpenSsl;

// Alone: other tests' memory would be taken for its own.
[Collection(nameof(OpenSslHandshakeTests))]
[CollectionDefinition(nameof(OpenSslHandshakeTests), DisableParallelization = true)]
public sealed class OpenSslHandshakeTests
{
    private const int Cycles = 1000;

    // An SSL object with its buffers is above 30 KiB: a thousand that are never freed show.
    private const long Growth = 24 * 1024 * 1024;

    public OpenSslHandshakeTests() => Assert.SkipUnless(OpenSslLibrary.IsPresent, "There is no OpenSSL 3 here.");

    [Fact]
    public async Task ThousandHandshakesBrokenAnywhere_LeaveNothingBehind()
    {
        await BreakAsync(Cycles / 2);
        var before = Memory();
        await BreakAsync(Cycles);

        Assert.InRange(GrowthSince(before), long.MinValue, Growth);
    }

    [Fact]
    public async Task ThousandConnectionsAbortedInUse_LeaveNothingBehind()
    {
        await AbortAsync(Cycles / 2);
        var before = Memory();
        await AbortAsync(Cycles);

        Assert.InRange(GrowthSince(before), long.MinValue, Growth);
    }

    [Fact]
    public async Task TransportsThatNobodyDisposes_AreFreedByTheCollector()
    {
        for (var i = 0; i < 20; i++)
        {
            await TlsPair.CreateAsync(client: true, edge: true);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        await using var pair = await TlsPair.CreateAsync(client: true, edge: true);
        await pair.Client.WriteAsync("x"u8.ToArray(), default);
        Assert.Equal("x"u8.ToArray(), await TlsPair.ReadAsync(pair.Edge, 1).Limited("a byte after the collection"));
    }

    [Fact]
    public async Task Cancelled_EndsBothWays()
    {
        using var cancel = new CancellationTokenSource();
        var (dialled, accepted) = await LoopbackPair.CreateAsync();
        var accepting = TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsEngineKind.OpenSsl, cancel.Token);
        var (other, silent) = await LoopbackPair.CreateAsync();
        var dialling = TlsTransport.ConnectAsync(other, TlsPair.ClientOptions, TlsEngineKind.OpenSsl, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting).Limited("the edge's side to end");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling).Limited("the client's side to end");
        dialled.Dispose();
        silent.Dispose();
    }

    [Fact]
    public async Task CertificateAlone_BuildsNoChain_AndTellsTheDecisionOfEveryError() // SEC-27
    {
        var told = System.Net.Security.SslPolicyErrors.None;
        var options = CarrierTls.ForClient("localhost", (sender, certificate, chain, errors) =>
        {
            told = errors;
            Assert.Null(chain);
            return TlsPair.Verify(sender, certificate, chain, errors);
        }, certificateAlone: true);

        await using var pair = await TlsPair.CreateAsync(client: true, edge: true, options);

        Assert.Equal(
            System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors | System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch, told);
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData("dotnet", true, false)]
    [InlineData(null, false, false)]
    public void Engine_IsOpenSslWhereItIs_UnlessTheVariableSaysOtherwise(string? variable, bool present, bool openSsl) =>
        Assert.Equal(TlsPair.Engine(openSsl), TlsEngine.Choose(variable, present));

    // What leaks shows in all memory and in what is not the collector's; each of them alone also moves for other reasons.
    private static long GrowthSince((long All, long Native) before)
    {
        var now = Memory();
        return Math.Min(now.All - before.All, now.Native - before.Native);
    }

    private static (long All, long Native) Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var all = Environment.WorkingSet;
        return (all, all - GC.GetGCMemoryInfo().TotalCommittedBytes);
    }

    private static async Task BreakAsync(int times)
    {
        var random = new Random(times);
        for (var i = 0; i < times; i++)
        {
            // After so many bytes of what the client says, the edge's socket closes.
            var (dialled, accepted) = await LoopbackPair.CreateAsync();
            var dialling = Record.ExceptionAsync(() => TlsTransport.ConnectAsync(dialled, TlsPair.ClientOptions, TlsEngineKind.OpenSsl, default));
            using var cancel = new CancellationTokenSource();
            var accepting = i % 2 == 0
                ? Record.ExceptionAsync(() => TlsTransport.AcceptAsync(accepted, TlsPair.EdgeOptions, TlsEngineKind.OpenSsl, cancel.Token))
                : ValueTask.FromResult<Exception?>(null);
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            await cancel.CancelAsync();
            accepted.Dispose();
            Assert.True(await dialling.Limited("the client's side to end") is null or IOException or AuthenticationException);
            await accepting.Limited("the edge's side to end");
            dialled.Dispose();
        }
    }

    private static async Task AbortAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var pair = await TlsPair.CreateAsync(client: true, edge: true);
            var buffer = new byte[100_000];
            var reading = Record.ExceptionAsync(async () =>
            {
                while (await pair.Edge.ReadAsync(buffer, default) > 0)
                {
                }
            });
            var writing = Record.ExceptionAsync(async () =>
            {
                for (var sent = 0; sent < i % 10; sent++)
                {
                    await pair.Client.WriteAsync(new byte[50_000], default);
                }
            });
            pair.Edge.Abort();
            pair.Client.Abort();
            Assert.True(await reading.Limited("the read to end") is null or IOException);
            Assert.True(await writing.Limited("the write to end") is null or IOException);
        }
    }
}
