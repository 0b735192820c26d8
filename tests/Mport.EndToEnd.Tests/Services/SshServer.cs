using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>A real <c>sshd</c> with keys, configuration and port of its own, to which one new key may log in.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private readonly ProgramProcess _process;
    private readonly ScratchFolder _scratch;

    private SshServer(ScratchFolder scratch, ProgramProcess process, int port)
    {
        _scratch = scratch;
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it, or skips the test where OpenSSH is not installed.</summary>
    public static async Task<SshServer> StartAsync(string listen = "127.0.0.1")
    {
        var (sshd, keygen) = (Programs.OnPath("sshd"), Programs.OnPath("ssh-keygen"));
        Assert.SkipWhen(sshd is null || keygen is null || Programs.OnPath("scp") is null, "OpenSSH is not installed");
        var port = PortBlock.Find(1).First;
        var scratch = new ScratchFolder();
        foreach (var key in (string[])["host", "user"])
        {
            (await Ran.ToEndAsync(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", scratch.File(key)])).Succeeded();
        }

        await File.WriteAllTextAsync(
            scratch.File("sshd_config"),
            $"""
            ListenAddress {listen}:{port}
            HostKey {scratch.File("host")}
            PidFile none
            AuthorizedKeysFile {scratch.File("user.pub")}
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            StrictModes no
            UsePAM no
            Subsystem sftp internal-sftp

            """);
        if (Environment.UserName == "root")
        {
            // Where sshd runs as root it wants this folder, which the service's script would make.
            Directory.CreateDirectory("/run/sshd");
        }

        var process = ProgramProcess.Start(sshd, ["-D", "-e", "-f", scratch.File("sshd_config")]);
        await process.Errors.FirstAsync(line => line.Contains("Server listening", StringComparison.Ordinal), "sshd to listen");
        return new SshServer(scratch, process, port);
    }

    /// <summary>Runs a command on the server, through this address.</summary>
    public async Task<string> RunAsync(Uri address, string command, TimeSpan? limit = null) =>
        (await Ran.ToEndAsync("ssh", [.. Options, "-p", $"{address.Port}", "127.0.0.1", command], limit: limit)).Succeeded();

    /// <summary>Copies a file to the server at this pace.</summary>
    public async Task CopyAsync(Uri address, string from, string there, int megabytesPerSecond, TimeSpan limit) =>
        (await Ran.ToEndAsync(
            "scp", [.. Options, "-l", $"{megabytesPerSecond * 8192}", "-P", $"{address.Port}", from, $"127.0.0.1:{there}"], limit: limit)).Succeeded();

    /// <summary>Copies a file to the server and back, through this address.</summary>
    public async Task CopyThereAndBackAsync(Uri address, string from, string there, string back)
    {
        var limit = TimeSpan.FromMinutes(3);
        (await Ran.ToEndAsync("scp", [.. Options, "-P", $"{address.Port}", from, $"127.0.0.1:{there}"], limit: limit)).Succeeded();
        (await Ran.ToEndAsync("scp", [.. Options, "-P", $"{address.Port}", $"127.0.0.1:{there}", back], limit: limit)).Succeeded();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _scratch.Dispose();
    }

    private string[] Options =>
    [
        "-q", "-F", "none", "-i", _scratch.File("user"), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=accept-new", "-o", $"UserKnownHostsFile={_scratch.File("known_hosts")}",
    ];
}
