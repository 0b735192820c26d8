using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Client.Dialing;
using Mport.Protocol;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;
using Mport.Protocol.Identity;
using Mport.Protocol.Transport;

namespace Mport.Cli.Probing;

/// <summary>
/// Goes the way to an edge step by step, as a run would, and tells how far it came: name, TCP, TLS with its certificate, greeting.
/// It opens no tunnel. It ends at the first step that fails.
/// </summary>
internal sealed class EdgeProbe(EdgeAddress edge, EdgeSettings settings, TimeProvider time)
{
    /// <summary>The same as a run allows for one attempt.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>For one of several addresses: a dead route to one must leave time for the next.</summary>
    private static readonly TimeSpan s_addressLimit = TimeSpan.FromSeconds(3);

    private readonly List<ProbeStep> _steps = [];

    /// <summary>The pin of the certificate that the edge showed, once there was one.</summary>
    public CertificatePin? Shown { get; private set; }

    /// <summary>The edge's answer, when a token was given and accepted.</summary>
    public Welcome? Welcome { get; private set; }

    /// <summary>Goes the way.</summary>
    /// <param name="clientId">The installation's id, for the greeting; null leaves the greeting out.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>The steps that were taken.</returns>
    public async Task<IReadOnlyList<ProbeStep>> RunAsync(string? clientId, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(s_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await GoAsync(clientId, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            _steps.Add(ProbeStep.Fail("edge", Failure.Of(ConnectionErrors.EdgeUnreachable, $"{edge} did not answer within {s_limit.TotalSeconds:0} s.", retry: true)));
        }

        return _steps;
    }

    private async Task GoAsync(string? clientId, CancellationToken cancel)
    {
        if (await ResolveAsync(cancel) is not { } addresses || await ConnectAsync(addresses, cancel) is not { } socket
            || await SecureAsync(socket, cancel) is not { } transport)
        {
            return;
        }

        await using (transport)
        {
            if (clientId is not null && settings.Token is { } token)
            {
                await GreetAsync(transport, new Hello
                {
                    Protocol = ProtocolVersion.Current,
                    ClientVersion = ProtocolVersion.Program,
                    ClientId = clientId,
                    Instance = ClientIdFile.RandomId(),
                    Token = token,
                }, cancel);
            }
        }
    }

    private async Task<IPAddress[]?> ResolveAsync(CancellationToken cancel)
    {
        try
        {
            var addresses = IPAddress.TryParse(edge.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(edge.Host, cancel);
            if (addresses.Length > 0)
            {
                _steps.Add(ProbeStep.Ok("name", literal is not null ? $"{edge.Host} is an address" : $"{edge.Host} is {string.Join(", ", addresses.Select(address => address.ToString()))}"));
                return addresses;
            }
        }
        catch (SocketException)
        {
            // The same as no address.
        }

        _steps.Add(ProbeStep.Fail("name", Failure.Of(ConnectionErrors.NameNotResolved, $"The name {edge.Host} cannot be resolved.", retry: true)));
        return null;
    }

    private async Task<Socket?> ConnectAsync(IPAddress[] addresses, CancellationToken cancel)
    {
        var reasons = new List<string>();
        foreach (var address in addresses)
        {
            using var late = new CancellationTokenSource(s_addressLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                var before = time.GetTimestamp();
                await socket.ConnectAsync(address, edge.Port, either.Token);
                _steps.Add(ProbeStep.Ok("tcp", $"{new IPEndPoint(address, edge.Port)} took the connection in {time.GetElapsedTime(before).TotalMilliseconds:0.0} ms"));
                return socket;
            }
            catch (SocketException refused)
            {
                socket.Dispose();
                reasons.Add($"{new IPEndPoint(address, edge.Port)}: {refused.Message}");
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                cancel.ThrowIfCancellationRequested();
                reasons.Add($"{new IPEndPoint(address, edge.Port)}: no answer within {s_addressLimit.TotalSeconds:0} s");
            }
        }

        _steps.Add(ProbeStep.Fail("tcp", Failure.Of(ConnectionErrors.EdgeUnreachable, $"{edge} cannot be reached ({string.Join("; ", reasons)}).", retry: true)));
        return null;
    }

    private async Task<TlsTransport?> SecureAsync(Socket socket, CancellationToken cancel)
    {
        var check = new CertificateCheck(edge, settings.Pin, settings.Insecure);
        string? validUntil = null;
        try
        {
            var transport = await TlsTransport.ConnectAsync(socket, CarrierTls.ForClient(edge.Host, (sender, certificate, chain, problems) =>
            {
                Shown = certificate is null ? null : CertificatePin.Of(certificate.GetRawCertData());
                validUntil = certificate?.GetExpirationDateString();
                return check.Verify(sender, certificate, chain, problems);
            }, check.CertificateAlone), cancel);
            if (transport.ApplicationProtocol == ProtocolVersion.Alpn)
            {
                _steps.Add(ProbeStep.Ok("tls", $"TLS 1.3, {transport.CipherSuite}, {ProtocolVersion.Alpn}"));
                _steps.Add(CertificateStep(validUntil));
                return transport;
            }

            await transport.DisposeAsync();
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException or SocketException)
        {
            // Which of them it was shows in the check: our own refusal of the certificate comes as an AuthenticationException too.
        }

        _steps.Add(check.Failure is { } distrust
            ? ProbeStep.Fail("certificate", distrust)
            : ProbeStep.Fail("tls", Failure.Of(ConnectionErrors.NotAnEdge, $"What answers at {edge} does not speak {ProtocolVersion.Alpn} over TLS 1.3.")));
        return null;
    }

    private ProbeStep CertificateStep(string? validUntil) => settings switch
    {
        { Insecure: true } => ProbeStep.Warn("certificate", $"not checked (--insecure); its pin is {Shown}"),
        { Pin: not null } => ProbeStep.Ok("certificate", $"is the pinned one, {Shown}"),
        _ => ProbeStep.Ok("certificate", $"verified by the system's authorities, valid until {validUntil}"),
    };

    private async Task GreetAsync(TlsTransport transport, Hello hello, CancellationToken cancel)
    {
        try
        {
            var answer = await ClientHandshake.RunAsync(transport, hello, cancel);
            Welcome = answer.Welcome;
            _steps.Add(answer switch
            {
                { Welcome: { } welcome } => ProbeStep.Ok("login", $"{welcome.Account} on {welcome.Domain}, edge {welcome.ServerVersion}"),
                { Refused: { } refused } => ProbeStep.Fail("login", refused.ToFailure()),
                _ => throw new System.Diagnostics.UnreachableException(),
            });
        }
        catch (Exception broken) when (broken is ProtocolException or IOException or SocketException)
        {
            _steps.Add(ProbeStep.Fail("login", Failure.Of(ConnectionErrors.NotAnEdge, $"{edge} did not answer the greeting: {broken.Message}")));
        }
    }
}
