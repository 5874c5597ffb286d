package io.cdcsdk.source.dms;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Files in a directory of a local or mounted file system. Follows symbolic links. */
final class DirectoryStorage implements DmsStorage {
    private final Path root;

    DirectoryStorage(Path root) {
        this.root = root;
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public boolean exists() {
        return Files.isDirectory(root);
    }

    @Override
    public List<StoredFile> list(String folder) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.isDirectory(start)) {
            throw new NoSuchFileException(start.toString());
        }
        List<StoredFile> files = new ArrayList<>();
        Files.walkFileTree(
                start, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        if (!directory.equals(start) && FileNames.looksLikeData(name(directory))) {
                            add(directory, attributes);
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        add(file, attributes);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        // A writer's temporary file may be renamed between the listing and the look at it.
                        if (e instanceof NoSuchFileException && !file.equals(start)) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw e;
                    }

                    private void add(Path file, BasicFileAttributes attributes) {
                        String path = root.relativize(file)
                                .toString()
                                .replace(file.getFileSystem().getSeparator(), "/");
                        files.add(new StoredFile(
                                path,
                                attributes.size(),
                                attributes.lastModifiedTime().toInstant()));
                    }
                });
        return files;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Override
    public InputStream open(String path) throws IOException {
        Path file = root.resolve(path);
        if (Files.isDirectory(file)) {
            throw new AccessDeniedException(path, null, "it is a folder");
        }
        return Files.newInputStream(file);
    }
}
